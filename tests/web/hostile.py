"""A site whose articles try to break out of everything that is made of them."""

import json
from pathlib import Path

from searchsvc.settings import Settings, load_settings
from tests.conftest import run_command

TITLE = "</script><script>alert(1)</script><!-- ]]> & \"quoted\" 'single' Chỉ thị 05-CT/TW"
ARTICLES = (
    {
        "id": "xấu/1&2",
        "title": TITLE,
        "summary": "<img src=x onerror=alert(1)> \ufffe\uffff]]>",
        "body": "Thực hiện Chỉ thị số 05-CT/TW ngày 15/5/2016 của Bộ Chính trị về </script> & <b>.\x08\x0b",
        "published": "2024-05-02T08:00:00+07:00",
        "unit": "</name><unit>",
        "url": "javascript:alert(1)",
        "author": "<script>",
    },
    {
        "id": "b",
        "title": "Bài có nguồn",
        "body": "Theo Chỉ thị 05-CT/TW và Nghị quyết số 35-NQ/TW.",
        "published": "2024-05-03T08:00:00+07:00",
        "unit": "Ban Tuyên giáo Tỉnh ủy",
        "url": "https://example.vn/?a=1&b=<2>",
    },
)


def hostile_settings(folder: Path) -> Settings:
    """Import and index the articles in `folder`; return the settings that serve them."""
    file = folder / "a.jsonl"
    file.write_text("\n".join(json.dumps(article) for article in ARTICLES), encoding="utf-8")
    for arguments in (("import", str(file)), ("reindex",)):
        result = run_command(*arguments, data=folder / "index")
        assert result.exit_code == 0, result.output
    return load_settings(
        data=folder / "index", base_url="https://kho.example.vn", site_name='Kho <&> "x"', rate_limits=False
    )
