// Forms: figures are judged as one types, lines are added and removed, nothing is sent twice.

const FIGURES = '[data-number]';

/** The verdict on a figure is here, in `note`. What the server said of the same figure in the same
 * words when it was sent is not said twice. */
function judged(field, note) {
  const sentence = note.textContent.trim();
  field.ariaInvalid = Boolean(sentence);
  for (const error of all('.error', field.closest('.field, td') ?? note)) {
    error.hidden = error.textContent.trim() === sentence;
  }
}

/** Make a form ready that is on the page now: also one that came back with what it held. */
function prepareForm(form) {
  all('[data-offers]', form).forEach((offers) => offers.hidden = false);
  all('[data-rows]', form).forEach(tidy);
  prepareSuggest(form);
}

/**
 * Where a form begins. One that is signed begins at its top, with what is signed: the caret never
 * stands in a plain field there, into which a hand that knows the way would type the password. A
 * wrong password alone is typed again at once.
 */
function placeFocus(root) {
  const find = (...selectors) => selectors.map((each) => root.querySelector(each)).find(Boolean);
  root.scrollTop = 0;
  if (!root.querySelector('fieldset.signature:not(.second) [type=password]')) {
    return find(
      '.scans [data-scan]',
      '[autofocus]',
      '[name$=again][aria-invalid="true"]',
      '[aria-invalid="true"]',
      '[data-focus]',
      'form input:not([type=hidden]):not(:disabled), select, textarea',
      'form [type=submit], form button:not([type=button])',
    )?.focus();
  }
  const wrong = all('[aria-invalid="true"]', root);
  const onlyPassword = wrong.length && wrong.every((field) => field.type === 'password');
  const begin = onlyPassword ? wrong[0] : find('[data-focus]', 'h1, h2');
  const heading = begin.matches('h1, h2');
  if (heading) begin.tabIndex = -1;
  begin.focus({ preventScroll: heading });
}

const rowsOf = (button) =>
  (button.dataset.addRow && document.querySelector(button.dataset.addRow)) ||
  (button.closest('[data-rows]') ?? button.closest('form')?.querySelector('[data-rows]'));

/** Add a line to `[data-rows]`: its template with the next number in place of __index__. */
function addRow(button) {
  const rows = rowsOf(button);
  const template = rows?.querySelector('template') ?? rows?.parentElement.querySelector('template');
  if (!template) return;
  const before = all('[data-row]', rows);
  const index = Number(rows.dataset.next ?? before.length);
  rows.dataset.next = index + 1;
  const holder = make('template', { innerHTML: template.innerHTML.replaceAll('__index__', index) });
  const row = holder.content.firstElementChild;
  const last = before.at(-1);
  // What is the same for most lines goes on from the last one.
  const carried = last ? all('[data-carry]', last) : [];
  all('[data-carry]', row).forEach((field, at) => field.value = carried[at]?.value ?? '');
  if (last) last.after(row);
  else (rows.querySelector('tbody') ?? rows).append(row);
  htmx.process(row);
  row.querySelector(FIELDS)?.focus();
  tidy(rows);
}

/** Enter goes from line to line, and from a filled last one to a new one; with Ctrl, and on an
 * empty last line, it sends the form. */
function nextRow(event, row) {
  if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented) return;
  const rows = row.closest('[data-rows]');
  if (!rows.querySelector(':scope > template') || event.target.matches('textarea, button')) return;
  const heir = row.nextElementSibling;
  const sends = event.ctrlKey || event.metaKey;
  if (!sends && !heir && !row.querySelector(FIELDS).value.trim()) return;
  event.preventDefault();
  if (sends) row.closest('form').requestSubmit();
  else if (heir) heir.querySelector(FIELDS).focus();
  else addRow(rows.querySelector('[data-add-row]'));
}

function removeRow(button) {
  const [rows, row] = [button.closest('[data-rows]'), button.closest('[data-row]')];
  const next = row.nextElementSibling;
  const heir = next?.matches('[data-row]') ? next : row.previousElementSibling;
  row.remove();
  (heir?.querySelector(FIELDS) ?? rows.querySelector('[data-add-row]'))?.focus();
  tidy(rows);
}

/** The last line cannot be removed. */
function tidy(rows) {
  const buttons = all('[data-remove-row]', rows);
  buttons.forEach((each) => each.disabled = buttons.length < 2);
}

/** A form that came back with its faults is the answer to a sending. Whoever comes back to it later
 * asks for it anew, and is not met by the browser's question whether all should be sent again. */
function forgetSending() {
  const own = all('#content form[method="post"]')
    .some((form) => new URL(form.action).pathname === location.pathname);
  const status = performance.getEntriesByType('navigation')[0]?.responseStatus;
  if (own && status >= 400) history.replaceState(history.state, '', location.href);
}

/** A form that is on its way cannot be sent again; the key makes a second one harmless anyway. */
function sleep(form, asleep = true) {
  if (asleep) form.setAttribute('aria-busy', 'true');
  else form.removeAttribute('aria-busy');
  for (const each of all('button:not([type=button]), [type=submit]', form)) {
    if (asleep ? each.disabled : !('slept' in each.dataset)) continue;
    each.disabled = asleep;
    each.toggleAttribute('data-slept', asleep);
  }
}

const isBusy = (form) => form.getAttribute('aria-busy') === 'true';

/** Wire all forms of the page, also those that come later. */
function setUpForms() {
  forgetSending();
  on('htmx:after:swap', FIGURES, ({ detail }, field) => judged(field, detail.ctx.target));
  // A figure that nobody judges while it is typed is judged when it is sent.
  for (const fault of ['htmx:error', 'htmx:response:error']) {
    on(fault, FIGURES, (event) => event.stopPropagation(), true);
  }
  on('keydown', '[data-rows] [data-row]', nextRow);
  on('click', '[data-add-row]', (event, each) => (event.preventDefault(), addRow(each)));
  on('click', '[data-remove-row]', (event, each) => (event.preventDefault(), removeRow(each)));
  on('click', '[data-offers] > button', (_, offer) => { // words used before are tapped, not typed
    const field = byId(offer.parentElement.dataset.offers);
    field.value = offer.textContent;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  on('submit', 'form[method="post"]', (event, form) => {
    if (event.defaultPrevented) return;
    if (isBusy(form)) return event.preventDefault();
    form.setAttribute('aria-busy', 'true');
    setTimeout(() => sleep(form)); // after the browser has taken the pressed button's value
  });
  addEventListener('pageshow', () => all('form[aria-busy="true"]').forEach((f) => sleep(f, false)));
  all('form').forEach(prepareForm);
}
