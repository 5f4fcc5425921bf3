/* Draws a figure in the colours of the page; a click opens the records behind a point. */
import { assets, loadOnce } from "weft/core";

const CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, showTips: false, doubleClick: false };
const LONGEST = 14; // letters of a name along an axis
const MOST_NAMES = 30;
const LARGE = 10000; // from here on numbers along an axis are written short
const STEPS = 4;
const ROOMY = 480; // pixels in which the steps of a funnel say everything

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

/** Round steps over what is drawn, in the words of the language: 200万, 2M. */
function scale(figure, axis) {
  const sums = new Map();
  const other = axis === "x" ? "y" : "x";
  for (const trace of figure.data) {
    trace[axis]?.forEach((value, place) => {
      const key = figure.layout.barmode === "stack" ? trace[other][place] : `${place} ${trace.name}`;
      sums.set(key, (sums.get(key) ?? 0) + (value ?? 0));
    });
  }
  const [low, top] = [Math.min(0, ...sums.values()), Math.max(0, ...sums.values())];
  if (Math.max(top, -low) < LARGE) return {};
  const rough = (top - low) / STEPS;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((each) => each * unit >= rough);
  const tickvals = [];
  for (let at = Math.ceil(low / step) * step; at <= top + step / 2; at += step) tickvals.push(at);
  const { format } = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
  return { tickvals, ticktext: tickvals.map((each) => format(each)) };
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
      data: this.figure.data.map((trace) => this.trace(trace, several, { ground, line })),
      layout: {
        ...layout,
        xaxis: { ...axis, ...this.along("x", layout.xaxis), nticks: this.room("x"), tickangle: "auto" },
        yaxis: { ...axis, ...this.along("y", layout.yaxis) },
        autosize: true,
        dragmode: false,
        hovermode: "closest",
        font: { family: style.fontFamily, size, color: text },
        paper_bgcolor: ground,
        plot_bgcolor: ground,
        // Beside the narrow steps of a funnel stands what does not fit into them.
        margin: { l: 8, r: this.figure.data[0]?.type === "funnel" ? 72 : 20, t: 8, b: 8, pad: 4 },
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

  trace(trace, several, { ground, line }) {
    const name = several ? "%{fullData.name}" : "";
    if (trace.type === "pie") {
      const marker = { ...trace.marker, line: { color: ground, width: 2 } };
      return { ...trace, marker, hovertemplate: "%{label}<br><b>%{customdata[0][1]}</b> · %{percent}<extra></extra>" };
    }
    const along = trace.orientation === "h" ? "%{y}" : "%{x}";
    const more = trace.type === "funnel" ? this.steps(trace, line) : {};
    const hovertemplate = `${along}<br><b>%{customdata[1]}</b><extra>${name}</extra>`;
    return { ...trace, cliponaxis: false, hovertemplate, ...more };
  }

  steps(trace, line) {
    const text = this.clientWidth < ROOMY ? trace.customdata.map((each) => each[2]) : trace.text;
    const hovertemplate = "%{y}<br><b>%{text}</b><extra></extra>";
    return { text, hovertemplate, connector: { fillcolor: line, line: { width: 0 } } };
  }

  /** What stands along an axis: names, long ones cut and all of them where there is room; or numbers. */
  along(axis, options = {}) {
    if (options.type !== "category") return { ...options, ...scale(this.figure, axis) };
    const all = [...new Set(this.figure.data.flatMap((trace) => trace[axis] ?? []))];
    if (all.length > MOST_NAMES || !all.some((name) => name.length > LONGEST)) return options;
    return { ...options, tickvals: all, ticktext: all.map(short) };
  }

  /** How many names find room side by side. */
  room(axis) {
    const longest = Math.max(4, ...this.figure.data.flatMap((trace) => (trace[axis] ?? []).map((each) => String(each).length)));
    return Math.max(2, Math.floor(this.clientWidth / (Math.min(longest, LONGEST) * 9 + 12)));
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
