// How well one colour is seen on another, by WCAG 2.

/** What WCAG asks for of text, and of what is drawn. */
export const TEXT = 4.5;
export const DRAWN = 3;

/** The ratio of the lightness of two colours, from 1 to 21. Colours are `#rrggbb`, `rgb(…)` or `rgba(…)`; opaque, or it throws. */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [lightness(one), lightness(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function lightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = parts(colour).map(part => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Red, green and blue, each up to 255. */
function parts(colour: string): number[] {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (digits) return digits.slice(1).map(part => parseInt(part, 16));
  const [red, green, blue, alpha = 1] = (/^rgba?\((.*)\)$/.exec(colour)?.[1] ?? '').split(',').map(Number);
  if (red === undefined || green === undefined || blue === undefined) throw new Error(`'${colour}' is no colour`);
  if (alpha !== 1) throw new Error(`${colour} is not opaque`);
  return [red, green, blue];
}
