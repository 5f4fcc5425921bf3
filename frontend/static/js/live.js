/* Hears what changed on the server. All tabs of a person share one connection, where the browser can. */
import { assets } from "weft/core";

const followers = new Set();
let stop;

/** Call `heard(topics)` when something changes, and `state(live)` when the connection comes and goes. */
export function follow(heard, state = () => {}) {
  const follower = { heard, state };
  followers.add(follower);
  if (!stop) stop = connect();
  return () => {
    followers.delete(follower);
    if (followers.size) return;
    stop?.();
    stop = undefined;
  };
}

function receive(message) {
  for (const each of followers) {
    if (message.topics) each.heard(message.topics);
    if ("live" in message) each.state(message.live);
  }
}

const connect = () => (globalThis.SharedWorker ? shared() : alone());

/** A worker for each person: after signing out and in again nobody hears with another's rights. */
function shared() {
  const who = document.querySelector("[data-who]")?.dataset.who ?? "";
  const { port } = new SharedWorker(assets["live-worker.js"], `weft-live-${who}`);
  port.addEventListener("message", (event) => receive(event.data));
  port.start();
  const leave = () => port.postMessage("leave");
  addEventListener("pagehide", leave);
  return () => {
    removeEventListener("pagehide", leave);
    leave();
    port.close();
  };
}

/** Without shared workers only the tab that is looked at listens: a browser has six connections. */
function alone() {
  let source;
  const open = () => {
    source = new EventSource("/live");
    source.addEventListener("ready", () => receive({ live: true }));
    source.addEventListener("change", (event) => receive(JSON.parse(event.data)));
    source.addEventListener("error", () => receive({ live: false }));
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  const look = () => {
    if (document.hidden) close();
    else if (!source) {
      open();
      receive({ topics: ["all"] }); // whatever happened while nobody looked
    }
  };
  if (!document.hidden) open();
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    close();
  };
}
