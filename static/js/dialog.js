// A form is answered where it stands: in the one dialog of a page, or on a shared tablet, whose
// forms are pages, in the page. What was entered is lost by nothing that may go wrong.

const panel = byId('panel');
const host = isFloor ? byId('content') : panel;

// What becomes of a form: `answered(answer)` once the server has done or refused it, `failed()`
// when nothing came back (what was entered stays), `kept(answer)` when it was refused and stays for
// what was entered, `retried()` when it is sent again, `left()` when the dialog is left without. On
// a page without a board a finished form leads where the server says; a refused one says why.
const usual = {
  answered(answer) {
    if (board) return settle(undefined, answer);
    if (answer.kind !== 'done') return say('refused', whyNot(answer, 'page'));
    const { redirected, url } = answer.response;
    return redirected ? location.assign(url) : location.reload();
  },
};
let handlers = usual;
let proposed; // what the form held when it was opened

/** What a form holds beside its signature and what every sending carries. */
function entered(form) {
  const carried = ['version', 'key', 'csrf_token', 'password'];
  return JSON.stringify([...new FormData(form)].filter(([name]) => !carried.includes(name)));
}

/** Show what is in `page`; `own` is told what becomes of its form. */
function openForm(page, own = usual) {
  handlers = own;
  proposed = formIn(page) && entered(formIn(page));
  fill(page);
  if (!panel.open) panel.showModal();
  placeFocus(panel);
}

/** Open what `url` shows; one that cannot be opened so is followed. */
async function openLink(url) {
  const answer = await get(url);
  if (answer.kind === 'done') openForm(answer.page);
  else if (answer.kind === 'refused' && sentenceOf(answer)) usual.answered(answer);
  else if (['offline', 'timeout'].includes(answer.kind)) say('refused', phrase('offline_page'));
  else location.assign(url);
}

/** Put what is in `page` where the forms of this page stand. */
function fill(page) {
  host.replaceChildren(...document.importNode(contentOf(page), true).childNodes);
  if (isFloor) takeFields(host);
  all('form', host).forEach(prepareForm);
  htmx.process(host);
}

/** Send a form of the page; whoever is logged out goes to the login with what it holds. */
async function submitted(form, submitter) {
  if (isBusy(form)) return;
  const own = handlers;
  const url = submitter?.getAttribute('formaction') || form.getAttribute('action') || location.href;
  const data = new FormData(form, submitter);
  sleep(form);
  keepScans(submitter);
  own.retried?.();
  const answer = await send(url, data, () => {
    own.failed?.();
    complain(phrase('no_answer'));
  });
  if (isFloor && answer.kind === 'done') return location.assign(answer.response.url);
  if (answer.kind === 'away') return isFloor ? askWho() : logInWith(form, url);
  sleep(form, false);
  const left = !isFloor && !panel.open;
  if ((isFloor || answer.kind === 'invalid') && formIn(answer.page) && !left) {
    own.failed?.();
    fill(answer.page);
    placeFocus(host);
    return nextScan(host);
  }
  nextScan(null);
  if (isFloor) {
    if (form.elements.pin) form.elements.pin.value = '';
    return complain(whyNot(answer, form.querySelector(FIELDS) ? 'form' : 'page'));
  }
  if (!left && answer.kind === 'refused' && entered(form) !== proposed) {
    await own.kept?.(answer);
    return keepEntered(form, url, answer);
  }
  if (!left && !['done', 'refused'].includes(answer.kind)) {
    own.failed?.();
    return complain(whyNot(answer, 'form'));
  }
  handlers = usual;
  panel.close();
  own.answered(answer);
}

/** A refusal takes nobody's words: they may be sent again where the form would be proposed as it
 * was, else they can be copied. */
async function keepEntered(form, url, answer) {
  const { kind, page } = await get(url);
  const now = formIn(page);
  const same = now && entered(now) === proposed;
  for (const name of same ? ['version', 'key'] : []) {
    form.elements[name].value = now.elements[name].value;
  }
  if (kind === 'refused' || (now && !same)) form.querySelector('footer .primary').disabled = true;
  complain(`${sentenceOf(answer) ?? ''} ${phrase(same ? 'still_here' : 'only_here')}`);
}

/** Say in the dialog, or on a tablet beside the page, why the form stays. */
function complain(sentence) {
  if (isFloor) return say('refused', sentence);
  panel.querySelector('.notice.sent')?.remove();
  const notice = make('div', { class: 'notice bad sent', role: 'alert', textContent: sentence });
  panel.querySelector('.body')?.prepend(notice);
}

/** Wire the dialog: links that open in it, its forms, the ways out. */
function setUpDialog() {
  on('click', 'dialog [data-close]', (event, way) => {
    event.preventDefault();
    way.closest('dialog').close();
  });
  on('click', 'dialog', ({ target }, dialog) => { // beside it; what was entered is not left so
    if (target === dialog && !dialog.querySelector('form[method="post"]')) dialog.close();
  });
  on('submit', `#${host.id} form[method="post"]`, (event, form) => {
    event.preventDefault();
    event.stopPropagation();
    submitted(form, event.submitter);
  }, true);
  if (isFloor) return;
  on('click', 'a[data-dialog]', (event, link) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    openLink(link.href);
  });
  panel.addEventListener('close', () => {
    if (panel.open) return; // it was opened again for what came of it
    const left = !panel.querySelector('form[aria-busy="true"]');
    const own = handlers;
    handlers = usual;
    panel.replaceChildren();
    if (left) own.left?.();
    catchUp();
  });
}
