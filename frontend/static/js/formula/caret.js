/* What stands around the caret of a formula, by its text alone. */

const WORD = /[\p{L}\p{N}_.]+$/u;
const NAME = /[A-Za-z][A-Za-z0-9_.]*$/;
const OPEN = "(（";
const CLOSE = ")）";
const COMMA = ",，";
const QUOTES = { '"': '"', "“": "”" };

/** Walk over a text and return the calls that are open at its end, each with the place of its argument. */
function open(text) {
  const calls = [];
  let closing = "";
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (closing) {
      if (sign === closing) closing = "";
    } else if (QUOTES[sign]) closing = QUOTES[sign];
    else if (OPEN.includes(sign)) calls.push({ name: NAME.exec(text.slice(0, at).trimEnd())?.[0].toUpperCase() ?? "", place: 0 });
    else if (CLOSE.includes(sign)) calls.pop();
    else if (COMMA.includes(sign) && calls.length) calls.at(-1).place += 1;
  }
  return { calls, quoted: Boolean(closing) };
}

/** Return the word before the caret; blank inside a quoted text or behind a number. */
export function wordBefore(text) {
  if (open(text).quoted) return "";
  const word = WORD.exec(text)?.[0] ?? "";
  return /^[\d.]/.test(word) ? "" : word;
}

/** Return the innermost function the caret is in, with the place of its argument from 0; null outside of any. */
export function callAround(text) {
  const { calls, quoted } = open(text);
  return quoted ? null : calls.findLast((call) => call.name) ?? null;
}
