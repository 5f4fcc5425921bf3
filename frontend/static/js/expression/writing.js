/* Text: how numbers, dates, letters and characters are written, and numbers read. */
import { number } from "./coercion.js";
import { formatted } from "./formats.js";
import { define } from "./table.js";
import { TAKES_BLANKS, limited } from "./texts.js";
import { VALUE, abs, int, round, show, sign, whole } from "./values.js";

define("TEXT", "at", (env, value, pattern) => limited(formatted(value, pattern)));
define("VALUE", "a", (env, value) => { if (value === null || typeof value === "boolean") throw VALUE; return number(value); }, TAKES_BLANKS);
define("FIXED", "nnb", (env, value, decimals = whole(2), bare = false) => {
  const places = Math.max(-15, Math.min(127, int(decimals))), rounded = round(value, Math.min(places, 30));
  const [head, tail = ""] = show(abs(rounded)).split(".");
  const grouped = bare ? head : head.replace(/\B(?=(\d{3})+$)/g, ",");
  return (sign(rounded) < 0 ? "-" : "") + grouped + (places > 0 ? `.${tail.padEnd(places, "0")}` : "");
});
const WESTERN = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
define("CHAR", "n", (env, code) => {
  const at = int(code);
  if (at < 1 || at > 255) throw VALUE;
  return at >= 128 && at < 160 ? WESTERN[at - 128] : String.fromCharCode(at);
});
const firstPoint = (value) => { if (!value) throw VALUE; return value.codePointAt(0); };
define("CODE", "t", (env, value) => { const at = WESTERN.indexOf(String.fromCodePoint(firstPoint(value))); return at < 0 ? firstPoint(value) : 128 + at; });
define("UNICHAR", "n", (env, code) => {
  const at = int(code);
  if (at < 1 || at > 0x10ffff || (at >= 0xd800 && at <= 0xdfff)) throw VALUE;
  return String.fromCodePoint(at);
});
define("UNICODE", "t", (env, value) => firstPoint(value));
