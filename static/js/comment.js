// Files for a record: that they are too large is said before they are sent. The rest htmx does
// (app/templates/record/_comment.html): whatever goes wrong, words and chosen files stay.

const ROOM = 64 * 1024; // what a form takes beside its files
const WITH_FILES = '60s'; // five megabytes over a poor line

/** Say beside the files that they are too large, or that they are not; nothing takes it away. */
function judgeFiles(field) {
  const size = [...field.files].reduce((sum, file) => sum + file.size, ROOM);
  const sentence = size > Number(field.form.dataset.largest) ? phrase('too_large') : '';
  const note = { class: 'error', id: 'comment-files-error', textContent: sentence };
  byId('comment-files-notes').replaceChildren(...sentence ? [make('p', note)] : []);
  field.setCustomValidity(sentence);
  field.ariaInvalid = sentence ? 'true' : null;
}

/** Wire the form of every record's page, also the one that a refresh brings. */
function setUpComment() {
  on('change', '#comment-files', (_, field) => judgeFiles(field));
  on('htmx:config:request', '#comment', ({ detail: { ctx: { request } } }, form) => {
    if (form.elements.files.files.length) request.timeout = WITH_FILES;
  });
  // An answer that is not ours, a proxy's, has no page to show in the place of this one.
  on('htmx:before:swap', '#comment', (event) => {
    const { tasks } = event.detail;
    if (!tasks.some(({ fragment }) => fragment.querySelector('.record-page'))) {
      event.preventDefault();
    }
  });
  // It had arrived, its answer had not, and since then the words were changed: they go as new ones.
  on('htmx:response:error', '#comment', async ({ detail: { ctx } }, form) => {
    const fresh = ctx.response.status === 409 && (await get(location.href)).page;
    const key = fresh && fresh.querySelector('#comment [name=key]');
    if (key) form.elements.key.value = key.value;
  });
  on('htmx:after:swap', '#comment', ({ detail: { ctx } }, form) => {
    if (!ctx.response.raw.ok) return;
    form.reset();
    document.activeElement.blur();
    say('done', phrase('commented'));
  });
}
