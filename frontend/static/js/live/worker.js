/* One connection for all tabs of this browser: hears which topics changed and passes it on. */
const ports = new Set();
const QUIET = 30000;
let source;
let again;

function open() {
  clearTimeout(again);
  source = new EventSource("/live");
  source.addEventListener("ready", () => tell({ live: true }));
  source.addEventListener("change", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    tell({ live: false });
    // A browser asks again by itself, but not where it was refused.
    if (source.readyState === EventSource.CLOSED && ports.size) again = setTimeout(open, QUIET);
  });
}

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  ports.add(port);
  port.addEventListener("message", (message) => {
    if (message.data !== "leave") return;
    ports.delete(port);
    if (ports.size) return;
    clearTimeout(again);
    source?.close();
    source = undefined;
  });
  port.start();
  if (!source || source.readyState === EventSource.CLOSED) open();
  else port.postMessage({ live: source.readyState === EventSource.OPEN });
});
