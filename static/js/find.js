// The search box in the bar: what is found appears under it as one types; arrows choose, Enter opens. A scanner types and presses
// Enter faster than any list comes: then the form is sent as without a script, and the server leads to the page.

import { announce } from './page.js';

const PAUSE = 150;  // ms without a key before asking

let box, list, timer, asking;

const options = () => [...list.querySelectorAll('[role="option"]')];
const chosen = () => list.querySelector('[aria-selected="true"]');

function close() {
  clearTimeout(timer);
  asking?.abort();
  list.hidden = true;
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
}

function choose(option) {
  chosen()?.setAttribute('aria-selected', 'false');
  if (!option) return box.removeAttribute('aria-activedescendant');
  option.setAttribute('aria-selected', 'true');
  box.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

/** Ask for what holds the words. The old list stays until the new one is here; an answer that comes too late is dropped. */
async function ask() {
  const q = box.value.trim();
  asking?.abort();
  if (!q) return close();
  const mine = asking = new AbortController();
  let page;
  try {
    const answer = await fetch(`/find?pick&q=${encodeURIComponent(q)}`, { signal: mine.signal, headers: { 'HX-Request': 'true' } });
    if (!answer.ok || answer.redirected) return close();
    page = await answer.text();
  } catch {
    if (asking === mine) close();  // no network: Enter still asks in full
    return;
  }
  if (mine.signal.aborted || document.activeElement !== box) return;
  list.innerHTML = page;
  list.hidden = false;
  box.setAttribute('aria-expanded', 'true');
  box.removeAttribute('aria-activedescendant');
  announce(list.querySelector('[data-status]').textContent);
}

function pressed(event) {
  if (event.isComposing) return;
  const { key } = event;
  if (key === 'Escape' && !list.hidden) close();
  else if (key === 'Enter' && !list.hidden && chosen()) chosen().click();
  else if ((key === 'ArrowDown' || key === 'ArrowUp') && !list.hidden) {
    const all = options();
    const at = all.indexOf(chosen()) + (key === 'ArrowDown' ? 1 : -1);
    choose(all[at < -1 ? all.length - 1 : at]);  // beyond either end stands the box itself
  } else if (key === 'ArrowDown') ask();
  else return;
  event.preventDefault();
}

/** Let the search box in the bar find as one types. */
export function setUpFind() {
  box = document.querySelector('[data-find]');
  list = document.getElementById('find-options');
  if (!box) return;
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': list.id, 'aria-expanded': 'false' })) box.setAttribute(name, value);
  const typed = event => {
    if (event.isComposing) return;  // half a Chinese word is none
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  box.addEventListener('input', typed);
  box.addEventListener('compositionend', typed);
  box.addEventListener('keydown', pressed);
  box.addEventListener('blur', close);
  box.form.addEventListener('submit', close);
  list.addEventListener('pointerdown', event => event.preventDefault());  // the box keeps the focus, so the click arrives
}
