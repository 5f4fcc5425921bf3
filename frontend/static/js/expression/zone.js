/* Where the clocks stand on whose wall days begin: minutes east of UTC, or a function of milliseconds that gives them. */
export const zone = { offset: 0 };
const minutes = (ms) => (typeof zone.offset === "function" ? zone.offset(ms) : zone.offset || 0);
/** The milliseconds that a clock on the wall shows at a moment. */
export const onWall = (ms) => ms + minutes(ms) * 6e4;
/** The moment at which a clock on the wall shows so many milliseconds. */
export const fromWall = (shown) => shown - minutes(shown - minutes(shown) * 6e4) * 6e4;
