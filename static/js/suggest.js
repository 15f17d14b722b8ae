// Fields that find as one types: `data-suggest` names an address that answers with options, or the list in the page they stand
// in. The first fits until the arrows choose another; Enter or Tab takes it and goes on. Without a script the server resolves.

import { announce, make, phrase } from './page.js';

const PAUSE = 120;
const AT_MOST = 8;
const folded = text => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

let box, list, timer, asking, shownFor;

const options = () => [...(list?.querySelectorAll('[role="option"]') ?? [])];
const chosen = () => list?.querySelector('[aria-selected="true"]');
const into = () => (box.dataset.into ? box.form.elements[box.dataset.into] : null);

function close() {
  clearTimeout(timer);
  asking?.abort();
  list?.remove();
  list = shownFor = undefined;
  box?.setAttribute('aria-expanded', 'false');
  box?.removeAttribute('aria-activedescendant');
}

function choose(option) {
  chosen()?.setAttribute('aria-selected', 'false');
  if (!option) return box.removeAttribute('aria-activedescendant');
  option.setAttribute('aria-selected', 'true');
  box.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

/** The list under the field, above everything, however the page scrolls inside. */
function place(nodes) {
  list ??= make('div', { className: 'menu suggestions', id: 'suggestions', role: 'listbox' });
  list.setAttribute('aria-label', document.querySelector(`label[for="${box.id}"]`)?.textContent ?? box.getAttribute('aria-label') ?? '');
  list.replaceChildren(...nodes);
  if (!list.isConnected) (box.closest('dialog') ?? document.body).append(list);
  const spot = box.getBoundingClientRect();
  const width = Math.min(Math.max(spot.width, 320), innerWidth - 16);
  Object.assign(list.style, { insetInlineStart: `${Math.max(8, Math.min(spot.left, innerWidth - width - 8))}px`, width: `${width}px` });
  const above = innerHeight - spot.bottom < Math.min(list.offsetHeight, 240) && spot.top > innerHeight - spot.bottom;
  Object.assign(list.style, above ? { insetBlock: `auto ${innerHeight - spot.top + 4}px` } : { insetBlock: `${spot.bottom + 4}px auto` });
  box.setAttribute('aria-expanded', 'true');
  choose(options()[0]);
}

const option = (value, label, number) => {
  const made = make('div', { role: 'option', id: `suggested-${number}`, textContent: label });
  Object.assign(made.dataset, { value });
  made.setAttribute('aria-selected', 'false');
  return made;
};

/** What stands in a list of the page and holds every word, those first whose code does. */
function here(q) {
  const words = q.split(/\s+/).map(folded).filter(Boolean);
  return [...document.querySelector(box.dataset.suggest).options]
    .map(each => ({ value: each.value, label: `${each.value} ${each.label}`, keys: folded(`${each.value} ${each.label} ${each.dataset.keys ?? ''}`) }))
    .filter(each => words.every(word => each.keys.includes(word)))
    .sort((one, other) => words.every(word => folded(other.value).includes(word)) - words.every(word => folded(one.value).includes(word)))
    .slice(0, AT_MOST);
}

async function ask() {
  const [field, q] = [box, box.value.trim()];
  clearTimeout(timer);
  asking?.abort();
  if (!q) return close();
  if (field.dataset.suggest.startsWith('#')) {
    const found = here(q);
    shownFor = q;
    if (!found.length || (found.length === 1 && found[0].value === q)) return close();
    return place(found.map((each, number) => option(each.value, each.label, number)));
  }
  const mine = asking = new AbortController();
  try {
    const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(q)}`, { signal: mine.signal, headers: { 'HX-Request': 'true' } });
    if (!answer.ok || answer.redirected) return close();
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (mine.signal.aborted || document.activeElement !== field) return;
    shownFor = q;
    place([...page.body.childNodes]);
    announce(page.querySelector('[data-status]')?.textContent ?? list.querySelector('[data-status]')?.textContent ?? '');
  } catch {
    if (asking === mine) close();
  }
}

/** Whoever waits for no list: take the first of what comes for these words. */
async function takeFirst() {
  if (shownFor !== box.value.trim()) await ask();
  const option = chosen() ?? options()[0];
  if (option) take(option);
  return Boolean(option);
}

function take(option) {
  const [field, { value, fresh }, label] = [box, option.dataset, option.textContent.trim()];
  const select = into();
  close();
  if (fresh !== undefined) return takeDown(field);
  if (select) {
    if (![...select.options].some(each => each.value === value)) select.add(new Option(label, value));
    select.value = value;
  }
  field.value = select ? label : value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  next(field)?.focus();
}

/** A customer in no list: what was typed is the name, the rest is asked for. */
function takeDown(field) {
  const part = field.closest('[data-caller]').querySelector('details');
  const [name, ...others] = part.querySelectorAll('input');
  part.open = true;
  name.value = field.value.trim();
  field.value = '';
  others[0].focus();
}

/** Enter goes through what a caller in no list is asked for, and on from there as from one who was found. */
function nextOfCaller(event) {
  const part = event.key === 'Enter' && !event.isComposing && event.target.matches('input') && event.target.closest('[data-caller] details');
  if (!part || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const fields = [...part.querySelectorAll('input')];
  (fields[fields.indexOf(event.target) + 1] ?? next(part.closest('[data-caller]').querySelector('[data-suggest]')))?.focus();
}

function next(field) {
  if (field.dataset.next) return field.form.querySelector(field.dataset.next);
  const fields = [...(field.closest('[data-row]') ?? field.form).querySelectorAll('input:not([type=hidden]), select, textarea')];
  return fields[fields.indexOf(field) + 1];
}

function pressed(event) {
  if (event.isComposing || event.target !== box) return;
  const { key } = event;
  if (key === 'Escape' && list) close();
  else if ((key === 'ArrowDown' || key === 'ArrowUp') && list) {
    const all = options();
    choose(all[(all.indexOf(chosen()) + (key === 'ArrowDown' ? 1 : -1) + all.length) % all.length]);
  } else if (key === 'ArrowDown') ask();
  else if (key === 'Enter' && !event.ctrlKey && box.value.trim() && !settled()) takeFirst();
  else if (key === 'Tab' && !event.shiftKey && chosen() && shownFor === box.value.trim()) take(chosen());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Whether what stands there is what was chosen. */
function settled() {
  const select = into();
  if (select) return Boolean(select.value) && box.value === box.dataset.taken;
  return !list && here(box.value.trim()).length !== 1 || [...document.querySelector(box.dataset.suggest).options].some(each => each.value === box.value.trim());
}

function typed(event) {
  if (event.isComposing) return;
  const select = into();
  if (select) select.value = '';
  clearTimeout(timer);
  if (box.dataset.suggest.startsWith('#')) ask();
  else timer = setTimeout(ask, PAUSE);
}

function wire(field) {
  box = field;
  if (field.dataset.wired) return;
  field.dataset.wired = '';
  field.removeAttribute('list');
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': 'suggestions', 'aria-expanded': 'false' })) field.setAttribute(name, value);
  field.addEventListener('input', typed);
  field.addEventListener('compositionend', typed);
  field.addEventListener('keydown', pressed);
  field.addEventListener('blur', () => { if (box === field) close(); });
}

/** A list to choose from shows what is chosen in the field that finds; the list itself stands back for it. */
export function prepareSuggest(root) {
  for (const field of root.querySelectorAll('[data-suggest][data-into]')) {
    const select = field.form.elements[field.dataset.into];
    const show = () => { field.value = field.dataset.taken = select.value ? select.selectedOptions[0].textContent : ''; };
    select.closest('.field').classList.add('visually-hidden');
    select.tabIndex = -1;
    if (select.value && !field.matches('[aria-invalid]')) show();
    select.addEventListener('change', show);
    field.addEventListener('change', () => { if (select.value) field.dataset.taken = field.value; });
  }
}

/** Wire the fields of all forms, also those that come later. */
export function setUpSuggest() {
  document.addEventListener('focusin', event => { if (event.target.matches?.('[data-suggest]')) wire(event.target); });
  document.addEventListener('keydown', nextOfCaller);
  document.addEventListener('pointerdown', event => {
    if (!list?.contains(event.target)) return;
    event.preventDefault();  // the field keeps the focus
    const option = event.target.closest('[role="option"]');
    if (option) take(option);
  });
  prepareSuggest(document);
}
