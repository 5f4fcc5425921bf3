/* How a line must be written: the same as the server says, which decides. */
import { regexMatches } from "../expression/pattern.js";

const narrow = (text) => text.replace(/[\uff01-\uff5e]/g, (each) => String.fromCharCode(each.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, " ");
const tight = (text) => text.replaceAll(" ", "");
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"; // GB 32100: without I, O, S, V, Z

/** Whether a day is one of the calendar. */
function exists(year, month, day) {
  const found = new Date(Date.UTC(year, month - 1, day));
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === day && year >= 1850;
}

function identity(text) {
  const plain = tight(text).toUpperCase();
  if (!/^[1-9]\d{16}[\dX]$/.test(plain) || !exists(+plain.slice(6, 10), +plain.slice(10, 12), +plain.slice(12, 14))) return false;
  const total = WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(plain[place]), 0);
  return plain[17] === "10X98765432"[total % 11];
}

function creditCode(text) {
  const plain = tight(text).toUpperCase();
  if (plain.length !== 18 || [...plain].some((each) => !LETTERS.includes(each))) return false;
  let [total, weight] = [0, 1];
  for (const each of plain.slice(0, 17)) {
    total += LETTERS.indexOf(each) * weight;
    weight = (weight * 3) % 31;
  }
  return plain[17] === LETTERS[(31 - (total % 31)) % 31];
}

const CHECKS = {
  mobile: (text) => /^(?:\+?86)?1[3-9]\d{9}$/.test(text.replace(/[\s\-()（）]+/g, "")),
  landline: (text) => /^(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?$/.test(tight(text).replaceAll("(", "").replaceAll(")", "-")),
  email: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text),
  id_number: identity,
  credit_code: creditCode,
  postcode: (text) => /^\d{6}$/.test(text),
};

/** Whether a line is written in a format; `pattern` is that of one's own. */
export function written(kind, pattern, line) {
  if (kind !== "custom") return CHECKS[kind](narrow(line.trim()));
  try {
    return regexMatches(`^(?:${pattern})$`, line.trim().normalize("NFC"));
  } catch {
    return true; // what this side cannot read is decided by the server
  }
}
