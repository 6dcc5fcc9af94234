"""Scripts in which languages are written, by Tesseract's codes."""

from __future__ import annotations

from collections.abc import Sequence

#: Languages that are not written in Latin letters alone; all others of Tesseract's usual codes are.
_CODES = {
    "hangul": "kor",
    "han": "jpn chi_sim chi_tra jpn_vert chi_sim_vert chi_tra_vert",
    "cyrillic": "rus ukr bel bul mkd srp kaz kir tgk mon tat",
    "greek": "ell grc",
    "arabic": "ara fas urd pus snd uig",
    "hebrew": "heb yid",
    "thai": "tha",
    "devanagari": "hin mar nep san",
    "other": "ben asm tam tel kan mal guj pan ori sin mya khm lao kat hye amh tir bod dzo div iku chr syr",
}
_SCRIPTS = {code: script for script, codes in _CODES.items() for code in codes.split()}
#: Languages of Tesseract's usual codes that are written in Latin letters.
_LATIN = frozenset(
    {
        *("afr", "aze", "bos", "bre", "cat", "ceb", "ces", "cos", "cym", "dan", "deu", "eng", "enm", "epo", "est"),
        *("eus", "fao", "fil", "fin", "fra", "frk", "frm", "fry", "gla", "gle", "glg", "hat", "hrv", "hun", "ind"),
        *("isl", "ita", "jav", "kmr", "lat", "lav", "lit", "ltz", "mlt", "mri", "msa", "nld", "nor", "oci", "pol"),
        *("por", "que", "ron", "slk", "slv", "spa", "sqi", "srp_latn", "sun", "swa", "swe", "tgl", "ton", "tur"),
        *("uzb", "vie", "yor"),
    }
)
#: Scripts as people are told of them: by the ink of words alone some are hard to tell apart.
_LIKE_ARABIC = "Arabic, Hebrew, Thai or Devanagari"
NAMES = {
    **{"han": "Chinese or Japanese", "hangul": "Hangul", "cyrillic": "Cyrillic or Greek", "greek": "Cyrillic or Greek"},
    **dict.fromkeys(("arabic", "hebrew", "thai", "devanagari"), _LIKE_ARABIC),
}


def scripts_of(languages: Sequence[str]) -> frozenset[str]:
    """Return the scripts of the languages; none where a code is unknown, as one of people's own models may read any.

    Latin letters and digits stand on pages of all languages. Korean has no Chinese characters here: kor's model reads
    few of them.

    >>> sorted(scripts_of(["eng", "kor"])), sorted(scripts_of(["eng", "my_own"]))
    (['hangul', 'latin'], [])
    """
    known = [_SCRIPTS.get(code) or ("latin" if code in _LATIN else "") for code in languages]
    return frozenset({"latin", *known}) if known and all(known) else frozenset()
