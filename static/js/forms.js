// Forms: nothing is sent twice, limits are checked as one types, lines are added and removed.

import { beyond, fault, figures, number, plain } from './number.js';
import { make, phrase } from './page.js';
import { prepareSuggest } from './suggest.js';

const CHECKED = '[data-number], [data-lower], [data-upper]';

/** The sentence for what is no number, nothing where it is one. */
function unread(field) {
  const value = field.dataset.number === 'reading' ? figures(field.value) : plain(field.value);
  const wrong = fault(value, field.dataset.number === 'whole');
  return wrong && phrase(wrong, { value, thousands: value.replace(',', ''), fraction: value.replace(',', '.') });
}

/** The sentence for a value outside its limits, or nothing. */
function outside(field) {
  const lower = number(field.dataset.lower);
  const upper = number(field.dataset.upper);
  if (!beyond(field.value, lower, upper)) return '';
  const unit = field.dataset.unit ?? '';
  const limits = { lower: field.dataset.lower, upper: field.dataset.upper, unit, value: field.value.trim() };
  const which = Number.isNaN(lower) ? 'above' : Number.isNaN(upper) ? 'below' : 'outside';
  const said = (field.dataset.outside || phrase(which, limits)).replace(/\s+([.。])$/, '$1').trim();
  return [said, field.dataset.beyond].filter(Boolean).join(' ');
}

function check(field) {
  const sentence = unread(field) || outside(field);
  const id = `${field.id || field.name}-limit`;
  let note = document.getElementById(id);
  if (!note && !sentence) return;
  if (!note) {
    note = make('p', { className: 'verdict', id });
    note.setAttribute('role', 'status');
    (field.closest('.control') ?? field).after(note);
    field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') ?? ''} ${id}`.trim());
  }
  note.textContent = sentence;
  note.hidden = !sentence;
  // What the server said of the same figure in the same words is not said twice.
  field.closest('.field, td')?.querySelectorAll('.error').forEach(error => { error.hidden = error.textContent.trim() === sentence; });
  field.closest('.field, td')?.classList.toggle('beyond', Boolean(sentence));
  if (sentence) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

/** Check what a form already holds, for example when it comes back. */
export function prepareForm(form) {
  form.querySelectorAll(CHECKED).forEach(field => field.value && check(field));
  form.querySelectorAll('[data-offers]').forEach(offers => { offers.hidden = false; });
  prepareSuggest(form);
}

/** Words that were used before are tapped instead of typed. */
function take(button) {
  const field = document.getElementById(button.parentElement.dataset.offers);
  field.value = button.textContent;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Where a form begins. One that is signed begins at its top, with what is signed: the caret never stands in a plain field there,
    into which a hand that knows the way would type the password. A wrong password alone is typed again at once. */
export function placeFocus(root) {
  const find = (...selectors) => selectors.map(selector => root.querySelector(selector)).find(Boolean);
  root.scrollTop = 0;
  if (!root.querySelector('fieldset.signature:not(.second) [type=password]')) {
    return find('.scans [data-scan]', '[autofocus]', '[name$=again][aria-invalid="true"]', '[aria-invalid="true"]', '[data-focus]',
      'form input:not([type=hidden]):not(:disabled), select, textarea', 'form [type=submit], form button:not([type=button])')?.focus();
  }
  const wrong = [...root.querySelectorAll('[aria-invalid="true"]')];
  const begin = wrong.length && wrong.every(field => field.type === 'password') ? wrong[0] : find('[data-focus]', 'h1, h2');
  if (begin.matches('h1, h2')) begin.tabIndex = -1;
  return begin.focus({ preventScroll: begin.matches('h1, h2') });
}

/** Add a line to `[data-rows]`: its template with the next number in place of __index__. */
function addRow(button) {
  const rows = rowsOf(button);
  const template = rows?.querySelector('template') ?? rows?.parentElement.querySelector('template');
  if (!template) return;
  const index = Number(rows.dataset.next ?? rows.querySelectorAll('[data-row]').length);
  rows.dataset.next = index + 1;
  const holder = document.createElement('template');
  holder.innerHTML = template.innerHTML.replaceAll('__index__', index);
  const row = holder.content.firstElementChild;
  const last = [...rows.querySelectorAll('[data-row]')].at(-1);
  carry(last, row);
  if (last) last.after(row);
  else (rows.querySelector('tbody') ?? rows).append(row);
  row.querySelector('input:not([type=hidden]), select, textarea')?.focus();
  tidy(rows);
}

/** What is the same for most lines goes on from the last one. */
function carry(from, to) {
  const before = from?.querySelectorAll('[data-carry]') ?? [];
  to.querySelectorAll('[data-carry]').forEach((field, at) => { field.value = before[at]?.value ?? ''; });
}

/** Enter goes from line to line, and from a filled last one to a new one; with Ctrl, and on an empty last line, it sends the form. */
function nextRow(event) {
  const row = event.target.closest?.('[data-rows] [data-row]');
  const rows = row?.closest('[data-rows]');
  if (!rows?.querySelector(':scope > template') || event.target.matches('textarea, button')) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    return row.closest('form').requestSubmit();
  }
  const first = row.querySelector('input:not([type=hidden]), select, textarea');
  const heir = row.nextElementSibling;
  if (!heir && !first.value.trim()) return;
  event.preventDefault();
  if (heir) heir.querySelector('input:not([type=hidden]), select, textarea').focus();
  else addRow(rows.querySelector('[data-add-row]'));
}

function removeRow(button) {
  const rows = button.closest('[data-rows]');
  const row = button.closest('[data-row]');
  const heir = row.nextElementSibling?.matches('[data-row]') ? row.nextElementSibling : row.previousElementSibling;
  row.remove();
  (heir?.querySelector('input:not([type=hidden]), select') ?? rows.querySelector('[data-add-row]'))?.focus();
  tidy(rows);
}

const rowsOf = button => (button.dataset.addRow ? document.querySelector(button.dataset.addRow) : null)
  ?? button.closest('[data-rows]') ?? button.closest('form')?.querySelector('[data-rows]');

/** The last line cannot be removed. */
function tidy(rows) {
  const buttons = rows.querySelectorAll('[data-remove-row]');
  buttons.forEach(button => { button.disabled = buttons.length < 2; });
}

/** A form that came back with its faults is the answer to a sending. Whoever comes back to it later asks for the form anew, and is
    not met by the browser's question whether all should be sent again. */
function forgetSending() {
  const own = [...document.querySelectorAll('#content form[method="post"]')].some(form => new URL(form.action).pathname === location.pathname);
  if (own && performance.getEntriesByType('navigation')[0]?.responseStatus >= 400) history.replaceState(history.state, '', location.href);
}

/** Wire all forms of the page, also those that come later. */
export function setUpForms() {
  forgetSending();
  document.addEventListener('input', event => {
    if (event.target.matches(CHECKED)) check(event.target);
  });
  document.addEventListener('click', event => {
    const add = event.target.closest('[data-add-row]');
    const remove = event.target.closest('[data-remove-row]');
    const offer = event.target.closest('[data-offers] > button');
    if (offer) take(offer);
    if (add) { event.preventDefault(); addRow(add); }
    if (remove) { event.preventDefault(); removeRow(remove); }
  });
  document.addEventListener('keydown', event => { if (event.key === 'Enter' && !event.isComposing && !event.defaultPrevented) nextRow(event); });
  document.addEventListener('submit', event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.getAttribute('aria-busy') === 'true') return event.preventDefault();
    form.setAttribute('aria-busy', 'true');
    // After the browser has taken the pressed button's value; the key makes a second one harmless anyway.
    setTimeout(() => sleep(form, true));
  });
  addEventListener('pageshow', () => document.querySelectorAll('form[aria-busy="true"]').forEach(form => sleep(form, false)));
  document.querySelectorAll('form').forEach(prepareForm);
  document.querySelectorAll('[data-rows]').forEach(tidy);
}

function sleep(form, asleep) {
  if (!asleep) form.removeAttribute('aria-busy');
  for (const button of form.querySelectorAll('button:not([type=button]), [type=submit]')) {
    if (asleep && button.disabled) continue;
    if (!asleep && !('slept' in button.dataset)) continue;
    button.disabled = asleep;
    button.toggleAttribute('data-slept', asleep);
  }
}
