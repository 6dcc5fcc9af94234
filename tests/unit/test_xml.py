"""XML of others: names and texts come as they are; entities, deep nesting and other encodings do no harm."""

from __future__ import annotations

import pytest

from prelabel.xml.tree import HasDoctype, NotXml, local_name, parse


def test_comments_and_instructions_are_left_out() -> None:
    root = parse('<?xml version="1.0"?><View a="1"><!-- <Label/> --><?do x?>a<!-- b -->c<Label/></View>')
    assert ([tag.tag for tag in root.iter()], root.text, root.get("a")) == (["View", "Label"], "ac", "1")


def test_names_have_their_namespace() -> None:
    root = parse('<x:data xmlns:x="urn:x"/>')
    assert (root.tag, local_name(root)) == ("{urn:x}data", "data")


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE View><View/>",
        '<!DOCTYPE v [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><v>&c;</v>',
        '<!DOCTYPE v [<!ENTITY e SYSTEM "file:///etc/passwd">]><v>&e;</v>',
        '<!DOCTYPE v SYSTEM "http://localhost:1/v.dtd"><v/>',
    ],
)
def test_a_document_type_is_refused_before_an_entity_is_read(text: str) -> None:
    with pytest.raises(HasDoctype):
        parse(text)
    with pytest.raises(HasDoctype):
        parse(text.encode("utf-16"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "no tags", "<a>", "<a></b>", "<a>&nbsp;</a>", "<a>\x00</a>", "<a>\ud800</a>", "<x:a/>", "<a/><b/>"),
        *(b"\xff<a/>", "<a>" * 300 + "</a>" * 300, b"<?xml version='1.0' encoding='nothing'?><a/>", "<a b='1' b='2'/>"),
    ],
)
def test_what_is_no_xml_is_said_in_a_line(text: str | bytes) -> None:
    with pytest.raises(NotXml) as said:
        parse(text)
    assert "\n" not in str(said.value)
    assert 0 < len(str(said.value)) < 200


def test_a_decoded_text_may_declare_the_encoding_that_it_had() -> None:
    assert parse('<?xml version="1.0" encoding="euc-kr"?><a b="질문"/>').get("b") == "질문"


def test_bytes_are_read_in_the_encoding_that_they_declare() -> None:
    assert parse('<?xml version="1.0" encoding="iso-8859-1"?><a b="é"/>'.encode("latin-1")).get("b") == "é"
    assert parse('<?xml version="1.0" encoding="utf-16"?><a b="답"/>'.encode("utf-16")).get("b") == "답"
