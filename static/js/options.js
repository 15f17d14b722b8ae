// What fits is offered under a field as one types: what is found from the bar, people after @, and
// customers and products in a form (`data-suggest`: an address that answers with options, or the
// list of the page they stand in). Arrows choose, Enter takes, Escape closes. Without a script the
// server resolves what was typed.

const AT_MOST = 8;
const BEGUN = /(?:^|[^A-Za-z0-9._%+-])[@＠]([^\s@＠]{0,20})$/u;
const asQuery = (address, q) => `${address}?q=${encodeURIComponent(q)}`;
const folded = (text) => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

let box, kind, listbox; // the box in use, what it offers, the listbox that shows it
let typing, asking, shownFor;

const options = () => all('[role="option"]', listbox ?? document.createElement('i'));
const chosen = () => listbox?.querySelector('[aria-selected="true"]');
const isOpen = () => Boolean(listbox?.isConnected && !listbox.hidden);

// `asks`: the words to look for, or nothing; `from`: where; `first`: the first fits until another
// is chosen, else the field itself stands before it; `enter`, `tab`: whether the key takes one.
const search = {
  pause: 150,
  asks: () => box.value.trim() || undefined,
  from: (q) => `/find?pick&q=${encodeURIComponent(q)}`,
  listOf: () => byId('find-options'),
  enter: () => isOpen() && chosen(),
  take: (option) => option.click(),
};
const mention = {
  pause: 120,
  first: true,
  asks: () => box.value.slice(0, box.selectionStart).match(BEGUN)?.[1],
  from: (q) => asQuery(box.dataset.mention, q),
  listOf: () => box.parentElement.querySelector('[role="listbox"]'),
  enter: () => isOpen() && chosen() && mention.asks() !== undefined,
  tab: () => mention.enter(),
  take(option) {
    const at = box.selectionStart;
    box.setRangeText(`${option.dataset.insert} `, at - mention.asks().length, at, 'end');
    closeList();
    box.focus();
  },
};
const suggest = {
  first: true,
  asks: search.asks,
  from: (q) => asQuery(box.dataset.suggest, q),
  listOf: () =>
    listbox?.id === 'suggestions' && listbox.isConnected ? listbox : make('div', {
      class: 'menu suggestions',
      id: 'suggestions',
      role: 'listbox',
      'aria-label': box.labels[0]?.textContent ?? box.getAttribute('aria-label') ?? '',
    }),
  enter: (event) => !event.ctrlKey && search.asks() && !isSettled(),
  tab: (event) => !event.shiftKey && shownFor === box.value.trim() && chosen(),
  take: takeSuggested,
};

function attach(target) {
  const known = { find: search, mention, suggest };
  const name = Object.keys(known).find((each) => target.dataset && each in target.dataset);
  if (!name || target === box) return Boolean(name);
  if (box) closeList();
  [box, kind, listbox] = [target, known[name], undefined];
  box.removeAttribute('list');
  if (kind === mention) return true;
  Object.assign(box, { role: 'combobox', ariaAutoComplete: 'list', ariaExpanded: 'false' });
  box.setAttribute('aria-controls', kind === search ? 'find-options' : 'suggestions');
  return true;
}

function closeList() {
  clearTimeout(typing);
  asking?.abort();
  if (listbox) listbox.hidden = true;
  if (kind === suggest) listbox?.remove();
  shownFor = undefined;
  if (kind !== mention) box.ariaExpanded = 'false';
  box.removeAttribute('aria-activedescendant');
}

function pointAt(option) {
  if (chosen()) chosen().ariaSelected = 'false';
  if (!option) return box.removeAttribute('aria-activedescendant');
  option.ariaSelected = 'true';
  box.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

function showList(nodes) {
  listbox = kind.listOf();
  listbox.replaceChildren(...nodes);
  listbox.hidden = false;
  if (kind === suggest) placeList();
  if (kind !== mention) box.ariaExpanded = 'true';
  box.removeAttribute('aria-activedescendant');
  if (kind.first) pointAt(options()[0]);
  const status = listbox.querySelector('[data-status]');
  if (status) announce(status.textContent);
}

/** The list under the field, above everything, however the page scrolls inside. */
function placeList() {
  if (!listbox.isConnected) (box.closest('dialog') ?? document.body).append(listbox);
  const spot = box.getBoundingClientRect();
  const width = Math.min(Math.max(spot.width, 320), innerWidth - 16);
  const left = Math.max(8, Math.min(spot.left, innerWidth - width - 8));
  const below = innerHeight - spot.bottom;
  const above = below < Math.min(listbox.offsetHeight, 240) && spot.top > below;
  Object.assign(listbox.style, {
    insetInlineStart: `${left}px`,
    width: `${width}px`,
    insetBlock: above ? `auto ${innerHeight - spot.top + 4}px` : `${spot.bottom + 4}px auto`,
  });
}

/** What stands in a list of the page and holds every word, those first whose code does. */
function inPage(q) {
  const asked = q.split(/\s+/).map(folded).filter(Boolean);
  const fits = (text) => asked.every((word) => folded(text).includes(word));
  return [...document.querySelector(box.dataset.suggest).options]
    .filter((each) => fits(`${each.value} ${each.label} ${each.dataset.keys ?? ''}`))
    .sort((one, other) => fits(other.value) - fits(one.value)).slice(0, AT_MOST);
}

const isInPage = () => box.dataset.suggest?.startsWith('#');

/** Ask for what fits. The old list stays until the new one is here; a late answer is dropped. */
async function askOptions() {
  const [mine, q] = [box, kind.asks()];
  clearTimeout(typing);
  asking?.abort();
  if (q === undefined) return closeList();
  if (isInPage()) {
    const found = inPage(q);
    if (!found.length || (found.length === 1 && found[0].value === q)) closeList();
    else showList(found.map(optionOf));
    shownFor = q;
    return;
  }
  asking = new AbortController();
  const { signal } = asking;
  const answer = await get(kind.from(q), signal);
  if (signal.aborted || document.activeElement !== mine) return;
  if (answer.kind !== 'done') return closeList(); // what was typed is resolved by the server, too
  shownFor = q;
  showList(answer.page.body.childNodes);
  if (kind === mention && !options().length) closeList(); // a word that only follows the sign
}

const optionOf = ({ value, label }, number) =>
  make('div', {
    role: 'option',
    id: `suggested-${number}`,
    textContent: `${value} ${label}`,
    'data-value': value,
    'aria-selected': 'false',
  });

const into = () => box.form.elements[box.dataset.into];

/** Take an option; whoever waits for no list takes the first of what comes for these words. */
async function takeSuggested(option) {
  if (!option) await askOptions();
  option ??= chosen();
  if (!option) return;
  const [mine, select, { value, fresh }] = [box, into(), option.dataset];
  const label = option.textContent.trim();
  closeList();
  if (fresh !== undefined) return takeDown(mine);
  if (select) {
    if (![...select.options].some((each) => each.value === value)) {
      select.add(new Option(label, value));
    }
    select.value = value;
  }
  mine.value = select ? label : value;
  mine.dispatchEvent(new Event('change', { bubbles: true }));
  following(mine)?.focus();
}

/** A customer in no list: what was typed is the name, the rest is asked for. */
function takeDown(caller) {
  const part = caller.closest('[data-caller]').querySelector('details');
  const [name, phone] = all('input', part);
  part.open = true;
  name.value = caller.value.trim();
  caller.value = '';
  phone.focus();
}

function following(from) {
  if (from.dataset.next) return from.form.querySelector(from.dataset.next);
  const fields = all(FIELDS, from.closest('[data-row]') ?? from.form);
  return fields[fields.indexOf(from) + 1];
}

/** Whether what stands in a field of a form is what was chosen. */
function isSettled() {
  if (into()) return Boolean(into().value) && box.value === box.dataset.taken;
  const typed = box.value.trim();
  const known = [...document.querySelector(box.dataset.suggest).options];
  return (!isOpen() && inPage(typed).length !== 1) || known.some((each) => each.value === typed);
}

function keyed(event) {
  if (event.isComposing || !attach(event.target)) return;
  const { key } = event;
  const step = { ArrowDown: 1, ArrowUp: -1 }[key];
  if (key === 'Escape' && isOpen()) closeList();
  else if (step && isOpen()) {
    const ring = kind.first ? options() : [null, ...options()];
    pointAt(ring[(ring.indexOf(chosen()) + step + ring.length) % ring.length]);
  } else if (key === 'ArrowDown' && kind !== mention) askOptions();
  else if (kind[key.toLowerCase()]?.(event)) {
    kind.take(kind === suggest && shownFor !== search.asks() ? undefined : chosen());
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Enter goes through what a caller in no list is asked for, and on as from one who was found. */
function keyedCaller(event, part) {
  if (event.key !== 'Enter' || event.isComposing || modified(event)) return;
  if (!event.target.matches('input')) return;
  event.preventDefault();
  const fields = all('input', part);
  const caller = part.closest('[data-caller]').querySelector('[data-suggest]');
  (fields[fields.indexOf(event.target) + 1] ?? following(caller))?.focus();
}

function typedInto(event) {
  if (event.isComposing || !attach(event.target)) return; // half a Chinese word is none
  if (kind === suggest && into()) into().value = '';
  clearTimeout(typing);
  if (isInPage()) askOptions();
  else typing = setTimeout(askOptions, kind.pause ?? 120);
}

/** A list to choose from shows what is chosen in the field that finds; it stands back for it. */
function prepareSuggest(root) {
  for (const finding of all('[data-suggest][data-into]', root)) {
    const select = finding.form.elements[finding.dataset.into];
    const taken = () => {
      finding.value = select.value ? select.selectedOptions[0].textContent : '';
      finding.dataset.taken = finding.value;
    };
    select.closest('.field').classList.add('visually-hidden');
    select.tabIndex = -1;
    if (select.value && !finding.matches('[aria-invalid]')) taken();
    select.addEventListener('change', taken);
    finding.addEventListener('change', () => {
      if (select.value) finding.dataset.taken = finding.value;
    });
  }
}

/** Wire the fields of all forms, also those that come later. */
function setUpOptions() {
  for (const type of ['input', 'compositionend']) document.addEventListener(type, typedInto);
  document.addEventListener('keydown', keyed, true);
  document.addEventListener('focusin', ({ target }) => attach(target));
  document.addEventListener('focusout', ({ target }) => target === box && closeList());
  document.addEventListener('submit', () => kind === search && closeList());
  on('keydown', '[data-caller] details', keyedCaller);
  document.addEventListener('pointerdown', (event) => {
    if (!isOpen() || !listbox.contains(event.target)) return;
    event.preventDefault(); // the box keeps the focus
    const option = event.target.closest('[role="option"]');
    if (option && kind !== search) kind.take(option); // a link is followed by its click
  });
  attach(document.activeElement);
}
