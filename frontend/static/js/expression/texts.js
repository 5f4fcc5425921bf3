/* Text: joined, cut, counted, in capitals and without. Places count code points, not halves of them. */
import { text } from "./coercion.js";
import { define } from "./table.js";
import { ONE, VALUE, int, sign } from "./values.js";

const LONGEST = 32767;
export const points = (value) => Array.from(value);
/** A text, #VALUE! when it is longer than a cell. */
export const limited = (value) => { if (value.length > LONGEST && points(value).length > LONGEST) throw VALUE; return value; };
/** Texts joined, #VALUE! as soon as they are longer than a cell; `between`: what follows each place. */
export function gathered(parts, between = () => "") {
  let units = 0;
  const found = [];
  for (const [place, part] of parts.entries()) {
    const one = (place ? between(place - 1) : "") + (part ?? "");
    units += one.length;
    // A letter has at most two units.
    if (units > 2 * LONGEST) throw VALUE;
    found.push(one);
  }
  return limited(found.join(""));
}
/** A number of letters, #VALUE! below the least. */
export function size(value, least = 0) {
  if (sign(value) < 0 || int(value) < least) throw VALUE;
  return Math.min(int(value), LONGEST);
}
export const TAKES_BLANKS = { blanks: true };
define("CONCAT", "l", (env, ...values) => gathered(values.flat(Infinity).map(text)), TAKES_BLANKS);
define("CONCATENATE", "t", (env, ...values) => gathered(values));
define("TEXTJOIN", "lbl", (env, delimiter, skip, ...values) => {
  const delimiters = [delimiter].flat(Infinity).map(text);
  const found = values.flat(Infinity).map(text).filter((part) => part || !skip);
  return gathered(found, (place) => delimiters[place % delimiters.length]);
});
define("LEFT", "tn", (env, value, count = ONE) => points(value).slice(0, size(count)).join(""));
define("RIGHT", "tn", (env, value, count = ONE) => size(count) ? points(value).slice(-size(count)).join("") : "");
define("MID", "tnn", (env, value, start, count) => points(value).slice(size(start, 1) - 1, size(start, 1) - 1 + size(count)).join(""));
define("LEN", "t", (env, value) => points(value).length);
define("UPPER", "t", (env, value) => value.toUpperCase().normalize("NFC"));
define("LOWER", "t", (env, value) => value.toLowerCase().normalize("NFC"));
define("PROPER", "t", (env, value) => {
  let inside = false;
  return points(value).map((letter) => {
    const written = inside ? letter.toLowerCase() : letter.toUpperCase();
    inside = /\p{L}/u.test(letter);
    return written;
  }).join("");
});
define("TRIM", "t", (env, value) => value.split(" ").filter(Boolean).join(" "));
define("CLEAN", "t", (env, value) => points(value).filter((letter) => letter.codePointAt(0) >= 32).join(""));
define("REPT", "tn", (env, value, times) => { if (value && int(times) * points(value).length > LONGEST) throw VALUE; return value.repeat(size(times)); });
define("EXACT", "tt", (env, first, second) => first === second);
