// Naming somebody: after @ the people who fit appear under the field; arrows choose, Enter or Tab takes, Escape closes.
// Without this a login typed after @ does the same.

import { announce } from './page.js';

const PAUSE = 120;  // ms without a key before asking
const BEGUN = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^\s@＠]{0,20})$/u;

let field, list, timer, asking;

const begun = () => field.value.slice(0, field.selectionStart).match(BEGUN)?.[1];
const options = () => [...list.querySelectorAll('[role="option"]')];
const chosen = () => list.querySelector('[aria-selected="true"]');
const isOpen = () => list && !list.hidden;

function close() {
  clearTimeout(timer);
  asking?.abort();
  if (!list) return;
  list.hidden = true;
  field.removeAttribute('aria-activedescendant');
}

function choose(option) {
  chosen()?.setAttribute('aria-selected', 'false');
  if (!option) return field.removeAttribute('aria-activedescendant');
  option.setAttribute('aria-selected', 'true');
  field.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

async function ask() {
  const word = begun();
  asking?.abort();
  if (word === undefined) return close();
  const mine = asking = new AbortController();
  try {
    const answer = await fetch(`${field.dataset.mention}?q=${encodeURIComponent(word)}`, { signal: mine.signal, headers: { 'HX-Request': 'true' } });
    if (!answer.ok || answer.redirected) return close();
    const page = await answer.text();
    if (mine.signal.aborted || document.activeElement !== field) return;
    list.innerHTML = page;
  } catch {
    if (asking === mine) close();  // no network: a login can still be typed
    return;
  }
  if (!options().length) return close();  // a word that only happens to follow the sign
  list.hidden = false;
  field.removeAttribute('aria-activedescendant');
  choose(options()[0]);
  announce(list.querySelector('[data-status]').textContent);
}

/** Put the person in the place of what was begun. */
function take(option) {
  const at = field.selectionStart;
  const start = at - begun().length;
  field.setRangeText(`${option.dataset.insert} `, start, at, 'end');
  close();
  field.focus();
}

function pressed(event) {
  if (event.isComposing || !isOpen() || event.target !== field) return;
  const { key } = event;
  if (key === 'Escape') close();
  else if ((key === 'Enter' || key === 'Tab') && chosen() && begun() !== undefined) take(chosen());
  else if (key === 'ArrowDown' || key === 'ArrowUp') {
    const all = options();
    choose(all.at((all.indexOf(chosen()) + (key === 'ArrowDown' ? 1 : -1)) % all.length));
  } else return;
  event.preventDefault();
}

function typed(event) {
  const target = event.target.closest?.('textarea[data-mention]');
  if (!target || event.isComposing) return;
  field = target;
  list = target.parentElement.querySelector('[role="listbox"]');
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
}

/** Wire every field in which somebody can be named, also those that come later. */
export function setUpMentions() {
  document.addEventListener('input', typed);
  document.addEventListener('compositionend', typed);
  document.addEventListener('keydown', pressed, true);
  document.addEventListener('focusout', event => { if (event.target === field) close(); });
  document.addEventListener('pointerdown', event => {
    const option = isOpen() && event.target.closest?.('[role="option"]');
    if (!option || !list.contains(option)) return;
    event.preventDefault();  // the field keeps the focus
    take(option);
  });
}
