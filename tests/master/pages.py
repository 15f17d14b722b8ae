"""Reading a form out of a page, as a browser would send it."""

from html.parser import HTMLParser


class Forms(HTMLParser):
    """Collects each form's action and its fields with all their values."""

    def __init__(self, page):
        super().__init__()
        self.forms, self.select, self.area = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.forms.append((a.get("action"), {}))
        elif tag == "input" and a.get("name"):
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                self.put(a["name"], a.get("value", "y"))
        elif tag == "select":
            self.select, self.first = a["name"], None
        elif tag == "option" and self.select:
            self.first = a["value"] if self.first is None else self.first
            if "selected" in a:
                self.put(self.select, a["value"])
        elif tag == "textarea":
            self.area, self.text = a["name"], ""

    def handle_data(self, data):
        if self.area:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "select":
            if self.select not in self.forms[-1][1]:
                self.put(self.select, self.first)
            self.select = None
        elif tag == "textarea":
            self.put(self.area, self.text.replace("\r\n", "\n").removeprefix("\n"))
            self.area = None

    def put(self, name, value):
        self.forms[-1][1].setdefault(name, []).append(value)


def form_of(page, action):
    """The fields of the form with this action, name → list of values."""
    return next(fields for target, fields in Forms(page).forms if target == action)


def send(browser, path, **changed):
    """Open a page, change some fields of its form and send it; None takes a field out."""
    fields = form_of(browser.get(path).text, path) | changed
    return browser.post(path, data={k: v for k, v in fields.items() if v is not None})
