// How old something is, in the words the server uses too: 3 d, 5 h, 12 min. The page's root brings the three forms.

const forms = (document.documentElement.dataset.ages ?? '{n} min|{n} h|{n} d').split('|');

/** An age in its largest whole unit. */
export function age(minutes) {
  const [form, number] = minutes < 60 ? [forms[0], minutes] : minutes < 1440 ? [forms[1], minutes / 60] : [forms[2], minutes / 1440];
  return form.replace('{n}', Math.floor(number));
}

/** Let every age of the page tell how old it is at this moment. */
export function tellAges(now) {
  for (const time of document.querySelectorAll('time[data-age]')) {
    const minutes = Math.max(0, Math.floor((now - Date.parse(time.dateTime)) / 60000));
    if (!Number.isNaN(minutes)) time.textContent = age(minutes);
  }
}
