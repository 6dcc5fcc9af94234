"""Codes of languages: those of Tesseract by the codes and names that people write, such as `en`, `ko-KR`, `korean`."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

#: ISO 639-1, Tesseract's code, English name; of several codes for one language the usual one is first.
_TABLE = """
af afr Afrikaans; am amh Amharic; ar ara Arabic; as asm Assamese; az aze Azerbaijani; be bel Belarusian;
bg bul Bulgarian; bn ben Bengali; bo bod Tibetan; br bre Breton; bs bos Bosnian; ca cat Catalan; co cos Corsican;
cs ces Czech; cy cym Welsh; da dan Danish; de deu German; dv div Dhivehi; dz dzo Dzongkha; el ell Greek;
en eng English; eo epo Esperanto; es spa Spanish; et est Estonian; eu eus Basque; fa fas Persian; fi fin Finnish;
fo fao Faroese; fr fra French; fy fry Frisian; ga gle Irish; gd gla Gaelic; gl glg Galician; gu guj Gujarati;
he heb Hebrew; hi hin Hindi; hr hrv Croatian; ht hat Haitian; hu hun Hungarian; hy hye Armenian; id ind Indonesian;
is isl Icelandic; it ita Italian; iu iku Inuktitut; ja jpn Japanese; jv jav Javanese; ka kat Georgian; kk kaz Kazakh;
km khm Khmer; kn kan Kannada; ko kor Korean; ku kmr Kurdish; ky kir Kyrgyz; la lat Latin; lb ltz Luxembourgish;
lo lao Lao; lt lit Lithuanian; lv lav Latvian; mi mri Maori; mk mkd Macedonian; ml mal Malayalam; mn mon Mongolian;
mr mar Marathi; ms msa Malay; mt mlt Maltese; my mya Burmese; ne nep Nepali; nl nld Dutch; no nor Norwegian;
nb nor Norwegian; oc oci Occitan; or ori Oriya; pa pan Punjabi; pl pol Polish; ps pus Pashto; pt por Portuguese;
qu que Quechua; ro ron Romanian; ru rus Russian; sa san Sanskrit; sd snd Sindhi; si sin Sinhala; sk slk Slovak;
sl slv Slovenian; sq sqi Albanian; sr srp Serbian; su sun Sundanese; sv swe Swedish; sw swa Swahili; ta tam Tamil;
te tel Telugu; tg tgk Tajik; th tha Thai; ti tir Tigrinya; tl tgl Tagalog; to ton Tonga; tr tur Turkish; tt tat Tatar;
ug uig Uyghur; uk ukr Ukrainian; ur urd Urdu; uz uzb Uzbek; vi vie Vietnamese; yi yid Yiddish; yo yor Yoruba;
zh chi_sim Chinese
"""
#: Other codes of ISO 639-2, other names, and regions that have a code of their own.
_OTHERS = {
    **{"zh_tw": "chi_tra", "zh_hk": "chi_tra", "zh_hant": "chi_tra", "chi": "chi_sim", "zho": "chi_sim"},
    **{"ger": "deu", "fre": "fra", "dut": "nld", "cze": "ces", "gre": "ell", "per": "fas", "rum": "ron", "slo": "slk"},
    **{"kr": "kor", "jp": "jpn", "cn": "chi_sim", "한국어": "kor", "영어": "eng", "日本語": "jpn", "deutsch": "deu"},
}
_ALIKE = 0.8


def tesseract_code(written: str) -> str:
    """Return Tesseract's code of a language by its ISO 639 code, locale or English name; empty for an unknown one.

    >>> [tesseract_code(each) for each in ("en", "ko-KR", "Korean", "germn", "klingon")]
    ['eng', 'kor', 'kor', 'deu', '']
    """
    codes = _codes()
    name = re.sub(r"[.@].*", "", written.strip().lower()).replace("-", "_")
    for each in (name, name.partition("_")[0]):
        if each in codes:
            return codes[each]
    alike = get_close_matches(name, [known for known in codes if len(known) > 3], n=1, cutoff=_ALIKE)
    return codes[alike[0]] if alike else ""


def is_tesseract_code(written: str) -> bool:
    """Return whether Tesseract's authors publish data under this code."""
    return written in set(_codes().values())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    rows = [row.split() for row in _TABLE.split(";")]
    found = {key.lower(): code for iso, code, name in rows for key in (name, iso, code)}
    return found | {code: code for code in _OTHERS.values()} | _OTHERS
