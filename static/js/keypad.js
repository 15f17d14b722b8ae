// A shared tablet's own keypad: gloves find its keys, and the system's keyboard stays away. What stands in a field is what is
// expected; the first key replaces it. Where a scanner types, or words are offered to be tapped, the keyboard comes only when
// asked for.

import { make, phrase } from './page.js';

const NUMBERS = 'input[inputmode="numeric"], input[inputmode="decimal"], input[data-keypad]';
let field;          // the one that the keys write into
let fresh = false;  // nothing typed yet: a key replaces what stands there
let pad;

/** Take the fields of a page: the keypad's own, and those that a scanner fills. */
export function takeFields(content) {
  for (const input of content.querySelectorAll(NUMBERS)) {
    input.dataset.keypad = input.dataset.keypad ?? input.inputMode;
    input.inputMode = 'none';
  }
  const listed = [...content.querySelectorAll('[data-offers]')].map(offers => document.getElementById(offers.dataset.offers));
  for (const input of [...content.querySelectorAll('[data-scan]'), ...listed]) {
    if (input.inputMode === 'none') continue;
    input.inputMode = 'none';
    const open = () => { input.inputMode = 'text'; input.blur(); input.focus(); };
    input.after(make('button', { type: 'button', className: 'button quiet by-hand', textContent: phrase('type_it'), onclick: open }));
  }
}

const byKeyboard = e => e.matches('textarea, input:not([type]), [type=text]') && e.inputMode !== 'none';

/** What follows, but for a remark that nobody needs: it would bring the system's keyboard. */
const next = () => {
  const all = [...(field.form?.elements ?? [])].filter(e => e.matches('input:not([type=hidden]), select, textarea, .submit button')
    && e.checkVisibility() && (e.required || !byKeyboard(e)));
  return all[all.indexOf(field) + 1];
};

function write(key) {
  const before = fresh ? '' : field.value;
  if (key === 'back') field.value = fresh ? '' : before.slice(0, -1);
  else if (key === '-') field.value = before.startsWith('-') ? before.slice(1) : `-${fresh ? field.value : before}`;
  else if (field.maxLength < 0 || before.length < field.maxLength) field.value = before + key;
  fresh = false;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function press(event) {
  const key = event.target.closest('[data-key]')?.dataset.key;
  if (!key) return;
  if (key !== 'next') return write(key);
  const to = next();
  hide();
  to?.focus();
  to?.scrollIntoView({ block: 'center' });
}

function show(input) {
  field = input;
  fresh = true;
  const decimal = input.dataset.keypad === 'decimal';
  const key = (name, text = name, label) => {
    const button = make('button', { type: 'button', className: `button${name === 'next' ? ' primary' : ''}`, textContent: text, tabIndex: -1 });
    button.dataset.key = name;
    if (label) button.setAttribute('aria-label', label);
    return button;
  };
  const keys = [...'123456789'].map(digit => key(digit));
  keys.push(decimal ? key('.') : make('span'), key('0'), key('back', '⌫', phrase('delete_digit')));
  if (decimal) keys.push(key('-', '−', phrase('minus')));
  keys.push(key('next', phrase('next_field')));
  pad ??= document.body.appendChild(make('div', { className: 'keypad', id: 'keypad', onclick: press }));
  pad.setAttribute('role', 'group');
  pad.setAttribute('aria-label', phrase('digits'));
  pad.replaceChildren(...keys);
  pad.hidden = false;
  // The room below stays when the keys go: a page that grew shorter under a finger would lose what it taps.
  document.documentElement.style.setProperty('--keypad', `${pad.offsetHeight}px`);
  input.scrollIntoView({ block: 'center' });
}

function hide() {
  if (pad) pad.hidden = true;
}

export function setUpKeypad() {
  takeFields(document.getElementById('content'));
  document.addEventListener('pointerdown', event => { if (event.target.closest('#keypad')) event.preventDefault(); });
  document.addEventListener('focusin', event => {
    if (event.target.matches('input[data-keypad]')) show(event.target);
    else if (!event.target.closest('#keypad')) hide();
  });
  document.addEventListener('keydown', event => {
    if (event.target === field) fresh = false;
    const scanned = event.key === 'Enter' && event.target.matches('[data-scan]') && !event.target.form.querySelector('[name=add_scan]');
    if (!scanned) return;
    event.preventDefault();  // a scan moves on by itself
    const all = [...event.target.form.elements].filter(e => e.matches('input:not([type=hidden]), select, textarea') && e.checkVisibility());
    all[all.indexOf(event.target) + 1]?.focus();
  });
  const first = document.activeElement;
  if (first?.matches('input[data-keypad]')) show(first);
}
