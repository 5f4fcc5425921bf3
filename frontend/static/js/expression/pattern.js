/* Regular expressions without trying back: time grows with text times pattern, whatever is typed. */
import { VALUE } from "./values.js";

const MOST = { states: 2000, steps: 2e6, repeats: 200, depth: 50 };
const CLASSES = {
  d: (letter) => letter >= "0" && letter <= "9", w: (letter) => /^[\p{L}\p{N}_]$/u.test(letter), s: (letter) => /^[\s\x1c-\x1f\x85]$/.test(letter) && letter !== "\ufeff",
};
const CONTROL = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v" };
const isAlphanumeric = (letter) => /^[\p{L}\p{N}]$/u.test(letter);

/** Builds the states of a pattern: `test` takes a letter, `place` asks where one stands, `out` are the next states. */
class Reader {
  constructor(pattern) { this.pattern = Array.from(pattern); this.at = 0; this.states = [{ out: [] }]; }
  peek() { return this.pattern[this.at] ?? ""; }
  take() { const letter = this.peek(); if (!letter) throw VALUE; this.at += 1; return letter; }
  add(state) { if (this.states.length >= MOST.states) throw VALUE; return this.states.push(state) - 1; }
  alternatives(depth = 0) {
    if (depth > MOST.depth) throw VALUE;
    const branches = [this.sequence(depth)];
    while (this.peek() === "|") { this.at += 1; branches.push(this.sequence(depth)); }
    return branches.length === 1 ? branches[0] : (then) => this.add({ out: branches.map((branch) => branch(then)) });
  }
  sequence(depth) {
    const nodes = [];
    while (!["", "|", ")"].includes(this.peek())) nodes.push(this.repeated(this.atom(depth)));
    return (then) => nodes.reduceRight((next, node) => node(next), then);
  }
  atom(depth) {
    const letter = this.take();
    if (letter === "(") {
      if (this.peek() === "?" && this.pattern[this.at + 1] === ":") this.at += 2;
      const inner = this.alternatives(depth + 1);
      if (this.take() !== ")") throw VALUE;
      return inner;
    }
    if ("*+?{".includes(letter)) throw VALUE;
    if (letter === "^" || letter === "$") return (then) => this.add({ place: letter, out: [then] });
    if (letter === "\\" && (this.peek() === "b" || this.peek() === "B")) {
      const place = this.take();
      return (then) => this.add({ place, out: [then] });
    }
    const test = this.test(letter);
    return (then) => this.add({ test, out: [then] });
  }
  test(letter) {
    if (letter === ".") return (other) => other !== "\n";
    if (letter === "[") return this.set();
    return letter === "\\" ? this.escape(this.take()) : (other) => other === letter;
  }
  escape(letter) {
    const test = CLASSES[letter.toLowerCase()];
    if (test) return letter === letter.toLowerCase() ? test : (other) => !test(other);
    if (isAlphanumeric(letter) && !CONTROL[letter]) throw VALUE;
    const wanted = CONTROL[letter] ?? letter;
    return (other) => other === wanted;
  }
  set() {
    const negated = this.peek() === "^", tests = [];
    this.at += negated ? 1 : 0;
    while (!tests.length || this.peek() !== "]") tests.push(this.member());
    this.at += 1;
    return (other) => tests.some((test) => test(other)) !== negated;
  }
  member() {
    let low = this.take();
    if (low === "\\") {
      low = this.take();
      if (CLASSES[low.toLowerCase()]) return this.escape(low);
      low = CONTROL[low] ?? low;
    }
    if (this.peek() !== "-" || [undefined, "]"].includes(this.pattern[this.at + 1])) return (other) => other === low;
    this.at += 1;
    let high = this.take();
    if (high === "\\") high = this.take();
    const [from, to] = [low, high].map((letter) => letter.codePointAt(0));
    if (to < from) throw VALUE;
    return (other) => from <= other.codePointAt(0) && other.codePointAt(0) <= to;
  }
  repeated(node) {
    for (let letter = this.peek(); letter && "*+?{".includes(letter); letter = this.peek()) {
      let bounds = { "*": [0, -1], "+": [1, -1], "?": [0, 1] }[letter];
      if (bounds) this.at += 1; else bounds = this.bounds();
      if (this.peek() === "?") this.at += 1;
      node = this.times(node, ...bounds);
    }
    return node;
  }
  bounds() {
    const end = this.pattern.indexOf("}", this.at), inside = this.pattern.slice(this.at + 1, Math.max(end, 0)).join("");
    const found = /^(\d+)(?:(,)(\d*))?$/.exec(inside);
    if (!found || (found[1] + (found[3] ?? "")).length > 6) throw VALUE;
    this.at = end + 1;
    const low = Number(found[1]), high = found[3] ? Number(found[3]) : found[2] ? -1 : low;
    if (Math.max(low, high) > MOST.repeats || (high >= 0 && high < low)) throw VALUE;
    return [low, high];
  }
  times(node, low, high) {
    return (then) => {
      if (high < 0) {
        const loop = this.add({ out: [] });
        this.states[loop].out = [node(loop), then];
        then = loop;
      }
      for (let count = high - low; high >= 0 && count > 0; count -= 1) then = this.add({ out: [node(then), then] });
      for (let count = low; count > 0; count -= 1) then = node(then);
      return then;
    };
  }
}
const stands = {
  "^": (text, at) => at === 0, $: (text, at) => at === text.length,
  b: (text, at) => (at > 0 && CLASSES.w(text[at - 1])) !== (at < text.length && CLASSES.w(text[at])),
};
function reachable(states, start, text, at) {
  const found = new Set(), waiting = [...start];
  while (waiting.length) {
    const index = waiting.pop();
    if (found.has(index)) continue;
    found.add(index);
    const { test, place, out } = states[index];
    if (!test && (!place || (place === "B" ? !stands.b(text, at) : stands[place](text, at)))) waiting.push(...out);
  }
  return found;
}
const KNOWN = new Map();
function compiled(pattern) {
  if (KNOWN.has(pattern)) return KNOWN.get(pattern);
  const reader = new Reader(pattern), node = reader.alternatives();
  if (reader.peek()) throw VALUE;
  const found = [reader.states, node(0)];
  if (KNOWN.size >= 256) KNOWN.clear();
  KNOWN.set(pattern, found);
  return found;
}
/** Whether a pattern matches anywhere in a text; #VALUE! for a bad pattern or too much work. */
export function regexMatches(pattern, value) {
  const [states, start] = compiled(pattern), text = Array.from(value);
  let current = new Set(), steps = 0;
  for (let at = 0; at <= text.length; at += 1) {
    current = reachable(states, new Set([...current, start]), text, at);
    if (current.has(0)) return true;
    steps += current.size;
    if (steps > MOST.steps) throw VALUE;
    if (at < text.length) current = new Set([...current].flatMap((index) => states[index].test?.(text[at]) ? states[index].out : []));
  }
  return false;
}
