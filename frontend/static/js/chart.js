/* Draws a figure in the colours of the page; a click opens the records behind a point. */
import { assets, loadOnce } from "weft/core";

const CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, showTips: false, doubleClick: false };
const LONGEST = 14; // letters of a name along an axis
const MOST_NAMES = 30;

let library;

/** Load the library once, with the language of the page. */
function plotly() {
  library ??= (async () => {
    await loadOnce(assets["plotly.js"]);
    const words = assets[`plotly-${document.documentElement.lang}.js`];
    if (words) await loadOnce(words);
    return globalThis.Plotly;
  })();
  return library;
}

const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });

/** A colour of the style sheet in the way the library reads colours. */
function plain(color) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

const short = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name);

class Chart extends HTMLElement {
  connectedCallback() {
    this.figure = JSON.parse(this.dataset.figure);
    this.seen = new ResizeObserver(() => this.fit());
    this.theme = new MutationObserver(() => this.paint());
    this.theme.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    this.night = matchMedia("(prefers-color-scheme: dark)");
    this.night.addEventListener("change", this);
    this.paint();
  }

  disconnectedCallback() {
    this.seen.disconnect();
    this.theme.disconnect();
    this.night.removeEventListener("change", this);
    if (this.drawn) globalThis.Plotly?.purge(this);
    this.drawn = false;
  }

  handleEvent() {
    this.paint();
  }

  /** Draw other figures in the same place. */
  show(figure) {
    this.dataset.figure = figure;
    this.figure = JSON.parse(figure);
    return this.paint();
  }

  async paint() {
    const Plotly = await plotly().catch(() => undefined);
    if (!this.isConnected) return;
    if (!Plotly) {
      this.frame?.classList.add("is-failed");
      return;
    }
    const { data, layout } = this.look();
    const locale = document.documentElement.lang;
    await Plotly.react(this, data, layout, { ...CONFIG, locale });
    if (this.drawn) return;
    this.drawn = true;
    this.on("plotly_click", (event) => this.open(event.points[0]));
    this.on("plotly_hover", (event) => this.point(this.leads(event.points[0])));
    this.on("plotly_unhover", () => this.point(""));
    this.seen.observe(this);
    const table = this.frame?.querySelector(".weft-data");
    if (table) table.open = false;
    this.frame?.classList.add("is-drawn");
  }

  get frame() {
    return this.closest(".weft-widget");
  }

  /** The figure with the page's letters, grounds and lines. */
  look() {
    const style = getComputedStyle(this);
    const [text, line, ground, quiet] = [style.color, style.borderTopColor, style.backgroundColor, style.caretColor].map(plain);
    const size = 12;
    const axis = { automargin: true, fixedrange: true, gridcolor: line, linecolor: line, zerolinecolor: line, tickfont: { color: quiet, size } };
    const { layout } = this.figure;
    const several = this.figure.data.length > 1;
    return {
      data: this.figure.data.map((trace) => this.trace(trace, several, ground)),
      layout: {
        ...layout,
        xaxis: { ...axis, ...this.names("x", layout.xaxis), nticks: Math.max(3, Math.floor(this.clientWidth / 80)) },
        yaxis: { ...axis, ...this.names("y", layout.yaxis) },
        autosize: true,
        dragmode: false,
        hovermode: "closest",
        font: { family: style.fontFamily, size, color: text },
        paper_bgcolor: ground,
        plot_bgcolor: ground,
        margin: { l: 8, r: 20, t: 8, b: 8, pad: 4 },
        legend: { font: { color: text, size }, orientation: this.round ? "v" : "h", ...(this.round ? {} : { y: -0.2 }) },
        hoverlabel: { bgcolor: ground, bordercolor: line, font: { color: text, size } },
        separators: ".,",
        bargap: 0.35,
      },
    };
  }

  get round() {
    return this.figure.data[0]?.type === "pie" && this.clientWidth > 360;
  }

  trace(trace, several, ground) {
    const name = several ? "%{fullData.name}" : "";
    if (trace.type === "pie") {
      const marker = { ...trace.marker, line: { color: ground, width: 2 } };
      return { ...trace, marker, hovertemplate: "%{label}<br><b>%{customdata[0][1]}</b> · %{percent}<extra></extra>" };
    }
    const along = trace.orientation === "h" ? "%{y}" : "%{x}";
    return { ...trace, hovertemplate: `${along}<br><b>%{customdata[1]}</b><extra>${name}</extra>` };
  }

  /** Names of categories, long ones cut; all of them where there is room. */
  names(axis, options = {}) {
    if (options.type !== "category") return options;
    const all = [...new Set(this.figure.data.flatMap((trace) => trace[axis] ?? []))];
    if (all.length > MOST_NAMES || !all.some((name) => name.length > LONGEST)) return options;
    return { ...options, tickvals: all, ticktext: all.map(short) };
  }

  leads(point) {
    const data = point?.customdata;
    const url = Array.isArray(data?.[0]) ? data[0][0] : data?.[0];
    return typeof url === "string" && url.startsWith("/") ? url : "";
  }

  open(point) {
    const url = this.leads(point);
    if (url) location.assign(url);
  }

  point(url) {
    this.classList.toggle("is-leading", Boolean(url));
  }

  fit() {
    if (this.drawn && this.clientWidth && this.clientHeight) globalThis.Plotly.Plots.resize(this);
  }
}

customElements.define("weft-chart", Chart);
