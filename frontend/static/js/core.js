/* What every element needs: configuration of the page, texts, announcements, toasts, requests. */
const config = JSON.parse(document.getElementById("weft-config").textContent);

export const assets = config.assets;

/** Say a text of the catalogue; `count` chooses singular or plural. */
export function t(code, params = {}) {
  const forms = config.texts[code];
  if (!forms) return code;
  const text = String(params.count) === "1" ? forms[0] : forms[1];
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) => params[name] ?? whole);
}

/** Announce to screen readers through the one live region. */
export function say(text) {
  const region = document.getElementById("announcer");
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}

/** Show a message that leaves by itself. */
export function toast(text, kind = "info") {
  const element = document.createElement("weft-toast");
  element.className = "weft-toast";
  element.dataset.kind = kind;
  const body = document.createElement("span");
  body.className = "weft-toast-text";
  body.textContent = text;
  element.append(body);
  document.getElementById("toasts").append(element);
  import("weft/toast");
}

/** Fetch with our token; a POST is not taken without it. */
export function request(url, options = {}) {
  const headers = { "X-CSRF-Token": config.csrf, Accept: "application/json", ...options.headers };
  return fetch(url, { credentials: "same-origin", ...options, headers });
}

/** Load a classic script or a style sheet once. */
const loading = new Map();
export function loadOnce(url) {
  if (!loading.has(url)) {
    loading.set(url, new Promise((resolve, reject) => {
      const style = new URL(url, location.href).pathname.endsWith(".css");
      const element = document.createElement(style ? "link" : "script");
      if (style) Object.assign(element, { rel: "stylesheet", href: url });
      else element.src = url;
      element.onload = resolve;
      element.onerror = reject;
      // Ours comes last, so that it may adjust what a library brings.
      if (style) document.head.querySelector('link[rel="stylesheet"]').after(element);
      else document.head.append(element);
    }));
  }
  return loading.get(url);
}

/** Remember a choice of this browser; the server reads it with the next page. */
export function remember(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}
