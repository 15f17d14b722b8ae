// Forms: figures are judged as one types, lines are added and removed, nothing is sent twice.

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

/** Add a line to `[data-rows]`: its template with the next number in place of __index__. */
function addRow(rows) {
  const before = all('[data-row]', rows);
  const last = before.at(-1);
  const index = Number(rows.dataset.next ?? before.length);
  rows.dataset.next = index + 1;
  const blank = rows.querySelector('template').innerHTML;
  last.insertAdjacentHTML('afterend', blank.replaceAll('__index__', index));
  const row = last.nextElementSibling;
  // What is the same for most lines goes on from the last one.
  const carried = all('[data-carry]', last);
  all('[data-carry]', row).forEach((field, at) => field.value = carried[at].value);
  htmx.process(row);
  row.querySelector(FIELDS).focus();
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
  else addRow(rows);
}

/** Take a line away; the last one has no button for it. */
function removeRow(row) {
  const heir = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  heir.querySelector(FIELDS).focus();
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
const sleep = (form, asleep = true) => form.ariaBusy = asleep ? 'true' : null;
const isBusy = (form) => form.ariaBusy === 'true';

/** Wire all forms of the page, also those that come later. */
function setUpForms() {
  forgetSending();
  on('htmx:after:swap', '[data-number]', ({ detail }, field) => { // the verdict on it is here
    field.ariaInvalid = Boolean(detail.ctx.target.textContent);
  });
  for (const fault of ['htmx:error', 'htmx:response:error']) { // it is judged when it is sent
    on(fault, '[data-number]', (event) => event.stopPropagation(), true);
  }
  on('keydown', '[data-rows] [data-row]', nextRow);
  on('click', '[data-add-row]', (event, each) => {
    event.preventDefault();
    addRow(each.closest('[data-rows]'));
  });
  on('click', '[data-remove-row]', (_, each) => removeRow(each.closest('[data-row]')));
  on('click', '[data-offers] > button', (_, offer) => { // words used before are tapped, not typed
    const field = byId(offer.parentElement.dataset.offers);
    field.value = offer.textContent;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  on('submit', 'form[method="post"]', (event, form) => {
    if (event.defaultPrevented) return;
    if (isBusy(form)) return event.preventDefault();
    sleep(form);
  });
  addEventListener('pageshow', () => all('form[aria-busy="true"]').forEach((f) => sleep(f, false)));
  all('form').forEach(prepareForm);
}
