# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads a page of --report as a browser would and says what is wrong with it.

    report_page.py PAGE.html SOURCE.mlir STAGE... -- KERNEL...

The page must be well-formed, refer to nothing outside of itself, hold the source,
a section for each stage and every kernel in its table and its pictures; every
link must lead somewhere, and in the first stage to the line with the same op."""

import html.parser
import re
import sys
import xml.etree.ElementTree as xml

VOID = {"meta", "br", "hr", "img", "link", "input"}
PICTURES = 2


class Reader(html.parser.HTMLParser):
    """Tags that do not match, ids, links, and every attribute that loads."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.faults = [], [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            elif name == "href":
                self.links.append(value)
            elif name in ("src", "srcset", "data", "action"):
                self.faults.append("%s loads %r" % (tag, value))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append("</%s> closes nothing" % tag)


def text_of(element):
    return "".join(element.itertext())


def faults_of_pictures(tree, kernels):
    pictures = list(tree.iter("svg"))
    if len(pictures) != PICTURES:
        yield "expected %d pictures, got %d" % (PICTURES, len(pictures))
    for picture in pictures:
        _, _, width, height = map(float, picture.get("viewBox").split())
        words = [text_of(element) for element in picture.iter("text")]
        for kernel in kernels:
            if not any(kernel in word for word in words):
                yield "%s is not in %r" % (kernel, picture.get("aria-label"))
        for element in picture.iter():
            for name in ("x", "x1", "x2", "cx", "y", "y1", "y2", "cy"):
                value = float(element.get(name, 0))
                if not 0 <= value <= (width if "x" in name else height):
                    yield "%s = %g is outside of the picture" % (name, value)


def listings(tree):
    """Name of each section to its lines as (number, text)."""
    found = {}
    for section in tree.iter("details"):
        name = section.find("summary").text.strip()
        found[name] = [(text_of(line.find("b")), (line.find("b").tail or ""))
                       for line in section.find("pre").findall("span")]
    return found


def faults_of_listings(tree, source, stages):
    sections = listings(tree)
    if list(sections) != ["source"] + stages:
        yield "the sections are %s" % list(sections)
        return
    if [text for _, text in sections["source"]] != source:
        yield "the source is another"
    matched = 0
    for number, text in sections[stages[0]]:
        op = re.search(r"= *(\w+\.\w+)", text)
        if not op:
            continue
        matched += 1
        if not number or op.group(1) not in source[int(number) - 1]:
            yield "%r stands at line %r of the source" % (text.strip(), number)
    if matched == 0:
        yield "the first stage has no op"


def faults(page, source, stages, kernels):
    for foreign in ("http", "url(", "@import", "<script"):
        if foreign in page:
            yield "the page holds %r" % foreign
    reader = Reader()
    reader.feed(page)
    reader.close()
    yield from reader.faults
    if reader.open:
        yield "not closed: %s" % reader.open
    if len(set(reader.ids)) != len(reader.ids):
        yield "an id stands twice"
    for link in set(reader.links):
        if not link.startswith("#") or link[1:] not in reader.ids:
            yield "%r leads nowhere" % link
    tree = xml.fromstring(page)
    cells = [text_of(cell) for cell in tree.iter("td")]
    for kernel in kernels:
        if not any(cell.startswith(kernel) for cell in cells):
            yield "%s is not in the table" % kernel
    yield from faults_of_pictures(tree, kernels)
    yield from faults_of_listings(tree, source, stages)


def main():
    divider = sys.argv.index("--")
    with open(sys.argv[1], encoding="utf-8") as file:
        page = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        source = file.read().splitlines()
    found = list(faults(page, source, sys.argv[3:divider], sys.argv[divider + 1:]))
    for fault in found:
        print("report_page.py:", fault, file=sys.stderr)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
