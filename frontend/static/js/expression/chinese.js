/* What only Chinese needs: amounts in capital figures, and numbers in words. */
import { define } from "./table.js";
import { NUM, abs, round, sign } from "./values.js";

const LARGE = ["", "万", "亿", "万"];
const CAPITAL = { figures: "零壹贰叁肆伍陆柒捌玖", small: ["", "拾", "佰", "仟"] };
const PLAIN = { figures: "〇一二三四五六七八九", small: ["", "十", "百", "千"] };
const writing = (capital) => (capital ? CAPITAL : PLAIN);

function ofGroup(value, { figures, small }) {
  let result = "", gap = false;
  for (let at = 3; at >= 0; at -= 1) {
    const figure = Math.floor(value / 10 ** at) % 10;
    if (figure) { result += (gap ? figures[0] : "") + figures[figure] + small[at]; gap = false; } else gap = result !== "";
  }
  return result;
}
function inWords(value, written) {
  const groups = [];
  for (let rest = value; rest; rest /= 10000n) groups.push(Number(rest % 10000n));
  let result = "", gap = false;
  for (let at = groups.length - 1; at >= 0; at -= 1) {
    if (!groups[at]) {
      gap = true;
      if (at === 2 && result && !result.endsWith(LARGE[2])) result += LARGE[2];
      continue;
    }
    if (result && (gap || groups[at] < 1000)) result += written.figures[0];
    result += ofGroup(groups[at], written) + LARGE[at];
    gap = false;
  }
  return result;
}
/** Each digit of a text as a Chinese figure. */
export const figuresFor = (text, capital) => text.replace(/[0-9]/g, (digit) => writing(capital).figures[Number(digit)]);
/** A number in words, its decimals figure by figure; of a `day` 10 is 十 and not 一十. */
export function spelled(text, capital, day = false) {
  const [head, tail] = text.replace(/^-/, "").split("."), written = writing(capital);
  let words = inWords(BigInt(head), written) || written.figures[0];
  if (day && !capital && words.startsWith("一十")) words = words.slice(1);
  return (text.startsWith("-") ? "-" : "") + words + (tail === undefined ? "" : `.${figuresFor(tail, capital)}`);
}
define("RMBUPPER", "n", (env, amount) => {
  const exact = round(abs(amount), 2), cents = exact.n * 10n ** BigInt(2 - exact.s), { figures } = CAPITAL;
  if (cents >= 10n ** 17n) throw NUM;
  if (!cents) return "零元整";
  const yuan = cents / 100n, jiao = Number((cents / 10n) % 10n), fen = Number(cents % 10n);
  const head = (sign(amount) < 0 ? "负" : "") + (yuan ? `${inWords(yuan, CAPITAL)}元` : "");
  const middle = jiao ? `${figures[jiao]}角` : fen && yuan ? "零" : "";
  return head + middle + (fen ? `${figures[fen]}分` : "整");
});
