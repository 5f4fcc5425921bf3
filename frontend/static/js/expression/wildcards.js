/* Texts with ? for any character and * for any number of them; ~ takes their meaning away. Letters are code points. */
import { VALUE } from "./values.js";

// A part with ? is compared letter by letter at every place.
const MOST_WORK = 2e7;
/** What stands between two *: always of one length, so looking for it never goes back. `null` is any letter. */
export function wildcard(text) {
  const letters = Array.from(text), parts = [[]];
  for (let at = 0; at < letters.length; at += 1) {
    const part = parts[parts.length - 1];
    if (letters[at] === "~") { at += 1; part.push(letters[at] ?? "~"); }
    else if (letters[at] === "*") parts.push([]);
    else part.push(letters[at] === "?" ? null : letters[at]);
  }
  return parts;
}
const standsAt = (part, text, at) => at + part.length <= text.length && part.every((letter, place) => letter === null || letter === text[at + place]);
function findPart(part, text, from) {
  if (!part.length) return from <= text.length ? from : -1;
  if (part.length * text.length > MOST_WORK) throw VALUE;
  for (let at = from; at + part.length <= text.length; at += 1) if (standsAt(part, text, at)) return at;
  return -1;
}
function reaches(parts, text, at) {
  for (const part of parts) {
    const found = findPart(part, text, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
/** Whether the whole text matches. */
export function wildMatches(pattern, value) {
  const text = Array.from(value), first = pattern[0], last = pattern[pattern.length - 1], end = text.length - last.length;
  if (pattern.length === 1) return text.length === first.length && standsAt(first, text, 0);
  if (end < first.length || !standsAt(first, text, 0) || !standsAt(last, text, end)) return false;
  return reaches(pattern.slice(1, -1), text.slice(0, end), first.length);
}
/** The first place where the pattern begins to match; where its first part stands first leaves most room for the rest. */
export function wildSearch(pattern, text, start) {
  const at = findPart(pattern[0], text, start);
  return at >= 0 && reaches(pattern.slice(1), text, at + pattern[0].length) ? at : -1;
}
