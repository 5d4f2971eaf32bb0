// Heartbeats of a terminal: one every five seconds from load to unload,
// whatever happens on the screen. A beat says only whether help is wanted, so
// that nobody learns from beats when a deputy casts.

const pace = 5000;

export function startBeats(key, heard, linked) {
  let help = false;
  const beat = async () => {
    try {
      const answer = await fetch("/terminals/beat", {
        method: "POST", credentials: "omit", cache: "no-store",
        headers: { Authorization: `Terminal ${key}`, "Content-Type": "application/json" },
        body: JSON.stringify({ help }),
      });
      linked(answer.status < 500);
      if (answer.ok) await heard(await answer.json());
      else if (answer.status === 401) await heard({ registered: false });
    } catch {
      linked(false);
    }
  };
  beat();
  const timer = setInterval(beat, pace);
  return {
    help(on) { help = on; },
    stop() { clearInterval(timer); },
  };
}
