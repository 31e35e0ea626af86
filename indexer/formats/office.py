"""What LibreOffice can open (.doc, .wps, .rtf, .odt), by way of .docx, which keeps the numbers of lists."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from indexer.formats import Text, Unreadable, docx

_SECONDS = 120


def read(data: bytes, suffix: str) -> Text:
    """Raises Unreadable where LibreOffice is not installed or cannot open it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise Unreadable("是旧格式的文档，请用 Word 或 WPS 打开，另存为 .docx 再试（装了 LibreOffice 就能直接读）。")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"document{suffix}"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
        ]
        try:
            subprocess.run(  # noqa: S603 — the document's name is ours
                [*command, "docx", "--outdir", folder, str(source)], check=False, capture_output=True, timeout=_SECONDS
            )
            return docx.read(source.with_suffix(".docx").read_bytes())
        except (OSError, subprocess.TimeoutExpired):
            raise Unreadable("打不开，可能有密码或者坏了，请用 Word 或 WPS 打开，另存为 .docx 再试。") from None
