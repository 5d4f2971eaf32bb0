// follow keeps a screen at the newest snapshot: by websocket, and by polling
// while there is none. A snapshot is the whole state, so one that is older than
// what is shown is dropped, and after a reconnect the screen is right at once.

const pollEvery = 2000;
const quietFor = 60_000; // a ping of the server comes every 25 s, but scripts see none: poll

export function follow(vote, view, onState, onLink = () => {}) {
  let seq = -1;
  let socket = null;
  let wait = 500;
  let timer = 0;
  let stopped = false;

  const take = (state) => {
    if (state.seq < seq) return;
    seq = state.seq;
    onState(state);
  };

  const poll = async () => {
    try {
      const answer = await fetch(`/votes/${vote}/snapshot?view=${view}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      take(await answer.json());
      onLink(true);
    } catch {
      onLink(false);
    }
  };

  const connect = () => {
    if (stopped) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/votes/${vote}/live?view=${view}`);
    socket.onopen = () => { wait = 500; onLink(true); };
    socket.onmessage = (event) => take(JSON.parse(event.data));
    socket.onclose = () => {
      socket = null;
      poll();
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 10_000);
    };
  };

  connect();
  timer = setInterval(() => { if (!socket || socket.readyState !== WebSocket.OPEN) poll(); }, pollEvery);
  const check = setInterval(poll, quietFor); // a dead socket tells nobody
  return () => {
    stopped = true;
    clearInterval(timer);
    clearInterval(check);
    socket?.close();
  };
}
