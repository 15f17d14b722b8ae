// Numbers as people type them, read by the server's own grammar (app/plant/reading.py).

const UNSEEN = new RegExp(
  '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001c\\u001e\\u001f\\u007f-\\u009f\\u00ad\\u034f' +
    '\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e' +
    '\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffc\\u{13441}' +
    '\\u{13442}\\u{1bca0}-\\u{1bca3}\\u{1d159}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]',
  'gu',
);
const DASH = /[\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]/g;
const NUMBER = /^([+-]?)([0-9]{1,15})(?:[.,]([0-9]{1,30}))?$/;
const THOUSANDS = /^[+-]?0*[1-9][0-9]{0,2},[0-9]{3}$/;

/** What was typed in the one way of writing it: one width, one minus, one point. */
export const plain = (typed) =>
  (typed ?? '').replace(UNSEEN, '').replace(DASH, '-').replace(/[\u3002\uff61]/g, '.')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).trim();

/** The number that was typed, or NaN; a comma that may group thousands makes it none. */
export function number(typed, largest = 1e9) {
  const text = plain(typed);
  const found = NUMBER.exec(text);
  if (!found || THOUSANDS.test(text) || (found[3] ?? '').replace(/0+$/, '').length > 9) return NaN;
  const value = Number(text.replace(',', '.'));
  return Math.abs(value) > largest ? NaN : value;
}

// The signs of a reading that tells one side only, and of one that found nothing
// (app/plant/quality/censored.py).
const BELOW = /^[<\u2264\u2266\u2a7d\u3008\ufe64]\s*=?/;
const ABOVE = /^[>\u2265\u2267\u2a7e\u3009\ufe65]\s*=?/;

/** The figures of a reading, whose sign says on which side of them it lies; none where it is ND. */
export const figures = (typed) =>
  plain(typed).replace(BELOW, '').replace(ABOVE, '')
    .replace(
      /^(n\.?d\.?|\u672a\u68c0\u51fa|\u672a\u6aa2\u51fa|not\s*detected|\u672a\u68c0\u51fa\s*nd)$/i,
      '',
    ).trim();

/** Whether all that a reading may be lies outside its limits; a limit that is none is NaN. */
export function beyond(typed, lower, upper) {
  const text = plain(typed);
  const value = number(figures(text));
  const open = /^[<>\u3008\u3009\ufe64\ufe65](?!\s*=)/.test(text); // the figure itself is not meant
  if (ABOVE.test(text)) return value > upper || (open && value === upper);
  if (BELOW.test(text)) return lower !== 0 && (value < lower || (open && value === lower));
  return value < lower || value > upper;
}

/** What keeps a text from being a number: two_ways, no_number, no_whole, or nothing. */
export function fault(typed, whole) {
  const text = plain(typed);
  if (!text) return '';
  if (THOUSANDS.test(text)) return 'two_ways';
  const value = number(text);
  if (whole) return Number.isInteger(value) ? '' : 'no_whole';
  return Number.isNaN(value) ? 'no_number' : '';
}
