// follow keeps a screen at the newest snapshot: by websocket, and by polling
// while there is none. A snapshot is the whole state, so a screen that comes
// back is right at once. onLink hears whether the screen is up to date, and
// with which status the server refused if it did.

const pollEvery = 2000;
const answerWithin = 5000;
const heardWithin = 60_000; // the server says something at least every 25 s
const firstWait = 500;
const longestWait = 10_000;
const format = 1; // of snapshots; another one comes with other scripts

export function follow(vote, view, onState, onLink = () => {}) {
  const path = `/votes/${vote}`;
  let seq = null;
  let socket = null;
  let heard = 0;
  let wait = firstWait;
  let retry = 0;
  let polling = false;
  let stopped = false;

  const take = (state) => {
    heard = Date.now();
    if (state.v !== format) return void location.reload();
    if (state.seq === seq) return;
    seq = state.seq;
    onState(state);
  };

  const isOpen = () => socket !== null && socket.readyState === WebSocket.OPEN;

  const poll = async () => {
    if (polling || stopped) return;
    polling = true;
    let status = 0;
    try {
      const answer = await fetch(`${path}/snapshot?view=${view}`, { cache: "no-store", signal: AbortSignal.timeout(answerWithin) });
      status = answer.status;
      if (!answer.ok) throw new Error(String(status));
      const state = await answer.json();
      // What a socket brought meanwhile is newer.
      if (!isOpen() && !stopped) take(state);
      onLink(true, status);
    } catch {
      if (!isOpen() && !stopped) onLink(false, status);
    } finally {
      polling = false;
    }
  };

  const connect = () => {
    clearTimeout(retry);
    if (stopped || socket) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const mine = new WebSocket(`${scheme}://${location.host}${path}/live?view=${view}`);
    socket = mine;
    heard = Date.now();
    mine.onopen = () => { wait = firstWait; heard = Date.now(); onLink(true, 200); };
    mine.onmessage = (event) => { if (socket === mine) take(JSON.parse(event.data)); };
    mine.onclose = () => { if (socket === mine) again(); };
  };

  // again gives the socket up. A hall of screens must not come back all at once.
  const again = () => {
    const old = socket;
    socket = null;
    old?.close();
    clearTimeout(retry);
    if (stopped) return;
    retry = setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, longestWait);
    poll();
  };

  const watch = setInterval(() => {
    if (socket && Date.now() - heard > (isOpen() ? heardWithin : answerWithin)) again();
    if (!isOpen()) poll();
  }, pollEvery);

  // A machine that slept, or found its network again, need not wait.
  const wake = () => {
    if (document.visibilityState === "hidden" || isOpen()) return;
    wait = firstWait;
    connect();
    poll();
  };
  const moments = [[window, "online"], [window, "pageshow"], [document, "visibilitychange"]];
  for (const [target, name] of moments) target.addEventListener(name, wake);

  connect();
  return () => {
    stopped = true;
    clearInterval(watch);
    clearTimeout(retry);
    for (const [target, name] of moments) target.removeEventListener(name, wake);
    socket?.close();
  };
}
