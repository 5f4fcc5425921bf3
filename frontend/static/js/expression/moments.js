/* Dates and times written by a format such as `yyyy-mm-dd hh:mm`. */
import { figuresFor, spelled } from "./chinese.js";
import { LAST, VALUE, int, mul, round, show, shownSerial, sub, whole } from "./values.js";

const RUN = /am\/pm|a\/p|上午\/下午|[ye]+|m+|d+|h+|s+|a{3,4}|\.0+|[\s\S]/giu;
const NAMES = {
  month: "January February March April May June July August September October November December".split(" "),
  day: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" "), chinese: [..."一二三四五六日"],
};
const ELAPSED = /^(h+|m+|s+)$/i;
const pad = (number, width) => String(number).padStart(width, "0");

/** Whether a section of a format speaks of dates or times. */
export function looksLikeMoment(section) {
  const plain = section.filter(([kind]) => kind === "plain").map(([, text]) => text).join("").toLowerCase();
  if (section.some(([kind, text]) => kind === "bracket" && ELAPSED.test(text))) return true;
  if (section.some(([kind]) => kind === "digit") && !/[ymdhs]/.test(plain)) return false;
  return /[yemdhs]/.test(plain) || plain.includes("aaa");
}
/** Runs of the same letter as one token; texts in quotes stay texts. */
function tokensOf(section) {
  const found = [];
  let run = "";
  const close = () => { found.push(...(run.match(RUN) ?? []).map((text) => ["run", text])); run = ""; };
  for (const [kind, text] of section) {
    if (kind === "bracket" && ELAPSED.test(text)) { close(); found.push(["elapsed", text.toLowerCase()]); }
    else if (["quoted", "escaped", "space", "fill", "bracket"].includes(kind)) {
      close();
      found.push(["text", kind === "bracket" || kind === "fill" ? "" : kind === "space" ? " " : text]);
    } else run += text;
  }
  close();
  return found;
}
const isHalf = (text) => ["am/pm", "a/p", "上午/下午"].includes(text.toLowerCase());

/** A number of days since 1900; `capital` asks for Chinese figures, of a cheque or not. */
export function writtenMoment(section, serial, capital) {
  if (serial.n < 0n || int(serial) > LAST) throw VALUE;
  const tokens = tokensOf(section);
  const decimals = Math.max(0, ...tokens.map(([kind, text]) => kind === "run" && text.startsWith(".0") ? text.length - 1 : 0));
  let days = int(serial), exact = round(mul(sub(serial, whole(days)), whole(86400)), decimals);
  if (int(exact) >= 86400) { days = Math.min(days + 1, LAST); exact = whole(0); }
  const seconds = int(exact), halves = tokens.some(([kind, text]) => kind === "run" && isHalf(text));
  const moment = { ...shownSerial(days), days, exact, seconds, halves, capital, h: Math.floor(seconds / 3600), min: Math.floor(seconds / 60) % 60, s: seconds % 60 };
  return tokens.map(([kind, text], at) => kind === "text" ? text : kind === "elapsed" ? elapsed(moment, text) : token(moment, text, tokens, at)).join("");
}
function elapsed(moment, text) {
  const total = moment.days * 86400 + moment.seconds;
  return pad(Math.floor(total / { h: 3600, m: 60, s: 1 }[text[0]]), text.length);
}
function half(moment, text) {
  const [first, second] = (text.length === 5 ? text.toUpperCase() : text).split("/");
  return moment.h >= 12 ? second : first;
}
function token(moment, text, tokens, at) {
  const lower = text.toLowerCase(), letter = lower[0];
  if (isHalf(text)) return half(moment, text);
  if (lower.startsWith(".0")) return `.${(show(sub(moment.exact, whole(moment.seconds))).split(".")[1] ?? "").padEnd(text.length - 1, "0")}`;
  if (lower === "aaa" || lower === "aaaa") return (lower === "aaaa" ? "星期" : "周") + NAMES.chinese[moment.w];
  if (letter === "m" && areMinutes(tokens, at)) return pad(moment.min, Math.min(text.length, 2));
  if (!WRITE[letter]) return text;
  const found = WRITE[letter](moment, text.length);
  if (moment.capital === null || !/^\d+$/.test(found)) return found;
  return "ye".includes(letter) ? figuresFor(found, moment.capital) : spelled(found, moment.capital, true);
}
function areMinutes(tokens, at) {
  const letters = tokens.flatMap(([kind, text], place) => kind === "elapsed" || (kind === "run" && /^[ymdhs]/i.test(text)) ? [[place, text[0].toLowerCase()]] : []);
  const here = letters.findIndex(([place]) => place === at);
  return letters[here - 1]?.[1] === "h" || letters[here + 1]?.[1] === "s";
}
const WRITE = {
  y: (moment, size) => (size <= 2 ? pad(moment.y % 100, 2) : pad(moment.y, 4)),
  e: (moment) => pad(moment.y, 4),
  m: (moment, size) => {
    const name = NAMES.month[moment.m - 1];
    return size < 3 ? pad(moment.m, size) : { 3: name.slice(0, 3), 5: name[0] }[size] ?? name;
  },
  d: (moment, size) => (size < 3 ? pad(moment.d, size) : size === 3 ? NAMES.day[moment.w].slice(0, 3) : NAMES.day[moment.w]),
  h: (moment, size) => pad(moment.halves ? moment.h % 12 || 12 : moment.h, Math.min(size, 2)),
  s: (moment, size) => pad(moment.s, Math.min(size, 2)),
};
