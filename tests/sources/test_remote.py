"""Files elsewhere: a real server of S3 and one of https on loopback; what is fetched is read as any file."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portfolio_review.errors import DataRefusedError, MissingFileError, ReviewFileError
from portfolio_review.pipeline import memory
from portfolio_review.review.source import Source
from portfolio_review.sources import https, reading, remote, secrets
from portfolio_review.sources.model import Sources
from portfolio_review.sources.remote import Remote, Unreachable

from . import remote_servers
from .conftest import Bench
from .remote_servers import SECRET, Certificate, Https

DATA = "client_id,date,revenue\n001,2011-11-30,5\nNA,2011-11-29,7.5\n"
MORE = "client_id,date,revenue\nb,2011-11-28,1\n"


@pytest.fixture(autouse=True)
def no_key_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_taken", {})


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return remote_servers.certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def server(own: Certificate) -> Iterator[str]:
    pytest.importorskip("obstore")
    with remote_servers.s3(own) as endpoint:
        yield endpoint


@pytest.fixture
def put(server: str, own: Certificate, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str | bytes], None]:
    """Writes objects of the bucket `crm`, whose keys the libraries find where they look."""
    for name, value in {"ACCESS_KEY_ID": "AK", "SECRET_ACCESS_KEY": SECRET, "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("SSL_CERT_FILE", str(own.authority))

    def write(key: str, content: str | bytes) -> None:
        remote_servers.put(f"{server}/crm/{key}", content.encode() if isinstance(content, str) else content, own)

    return write


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Https]:
    (tmp_path / "tls").mkdir()
    with remote_servers.https(tmp_path / "tls") as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.authority))
        yield running


def unreachable(bench: Bench, path: str, **source: str) -> str:
    """What is said of an address, behind the key."""
    with pytest.raises(MissingFileError) as caught:
        bench.read({"transactions": {"path": path, **source}})
    head, said = str(caught.value).split("\n  ")
    assert head == "a source cannot be had"
    assert SECRET not in said
    return said.removeprefix(f"sources.transactions.path: '{path}': ")


def test_an_object_is_read_as_the_file_would_be(bench: Bench, put: Callable[..., None]) -> None:
    put("one/sales.csv", DATA)
    here, there = bench.csv(DATA, name="sales.csv"), bench.read({"transactions": {"path": "s3://crm/one/sales.csv"}})
    assert there.rows() == here.rows()
    (given,) = there.sources.inputs
    assert (given.path, given.rows, given.bytes) == ("s3://crm/one/sales.csv", 2, len(DATA))
    assert given.sha256 == hashlib.sha256(DATA.encode()).hexdigest()
    assert given.version == hashlib.md5(DATA.encode()).hexdigest()  # the entity tag of an object put in one piece


def test_a_store_whose_authority_nobody_knows(
    bench: Bench, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("unknown/sales.csv", DATA)
    monkeypatch.delenv("SSL_CERT_FILE")
    said = "the certificate of its server is not trusted; SSL_CERT_FILE names a file with an authority of your own"
    assert unreachable(bench, "s3://crm/unknown/sales.csv") == said


def test_a_glob_in_order_of_name_with_folders_as_columns(bench: Bench, put: Callable[..., None]) -> None:
    put("glob/unit=North/a.csv", DATA)
    put("glob/unit=South/b.csv", MORE)
    put("glob/unit=South/deep/c.csv", MORE)
    put("glob/unit=South/b.txt", "no table")
    read = bench.read({"transactions": {"path": "s3://crm/glob/unit=*/[a-b].csv"}})
    assert [(one.path, one.rows) for one in read.sources.inputs] == [
        ("s3://crm/glob/unit=North/a.csv", 2), ("s3://crm/glob/unit=South/b.csv", 1),
    ]  # fmt: skip
    assert sorted(read.column("unit")) == ["North", "North", "South"]
    deep = bench.read({"transactions": {"path": "s3://crm/glob/**/c.csv", "hive": "false"}})
    assert [one.path for one in deep.sources.inputs] == ["s3://crm/glob/unit=South/deep/c.csv"]


@pytest.mark.parametrize(
    ("written", "matches", "not_so"),
    [
        ("s3://b/*.csv", ["a.csv", "é b.csv"], ["d/a.csv", "a.csv.gz", "acsv"]),
        ("s3://b/**/*.csv", ["a.csv", "d/a.csv", "d/e/a.csv"], ["d/a.txt"]),
        ("s3://b/d/**", ["d/a.csv", "d/e/a.csv"], ["d", "dd/a.csv"]),
        ("s3://b/[!a]?.c[s+]v", ["bx.csv", "b^.c+v"], ["ax.csv", "b.csv", "b/.csv"]),
    ],
)
def test_what_a_glob_lets_pass(written: str, matches: list[str], not_so: list[str]) -> None:
    pattern = remote._pattern(written)
    assert [one for one in (*matches, *not_so) if pattern.fullmatch(f"s3://b/{one}")] == matches


def test_a_folder_is_the_files_below_it(bench: Bench, put: Callable[..., None]) -> None:
    put("all/a.csv", DATA)
    put("all/2012/b.csv", MORE)
    put("all/_SUCCESS", b"")
    put("all/_temporary/0/a.csv", "half a fi")
    read = bench.read({"transactions": {"path": "s3://crm/all/"}})
    assert [one.path for one in read.sources.inputs] == ["s3://crm/all/2012/b.csv", "s3://crm/all/a.csv"]


def test_faults_name_the_object_and_its_row(bench: Bench, put: Callable[..., None]) -> None:
    put("bad/a.csv", DATA)
    put("bad/b.csv", MORE.replace("1\n", "x\n"))
    (fault,) = bench.faults({"transactions": {"path": "s3://crm/bad/*.csv"}})
    assert fault.examples == ((2, "x in s3://crm/bad/b.csv"),)


@pytest.mark.parametrize(("log", "key"), [("_delta_log/00000.json", "delta"), ("metadata/1.metadata.json", "iceberg")])
def test_the_folder_of_a_table_is_refused(bench: Bench, put: Callable[..., None], log: str, key: str) -> None:
    put(f"table-{key}/part.parquet", b"PAR1")
    put(f"table-{key}/{log}", "{}")
    (fault,) = bench.faults({"transactions": {"path": f"s3://crm/table-{key}"}})
    assert fault.remedy == f"Name it by {key} under sources.transactions instead of path"
    bench.write(f"here/{log}", "{}")
    (fault,) = bench.faults({"transactions": {"path": "here"}})
    assert fault.remedy == f"Name it by {key} under sources.transactions instead of path"


@pytest.mark.parametrize(
    ("path", "settings", "said"),
    [
        ("s3://crm/nowhere.csv", {}, "nothing lies there; check the address"),
        ("s3://nobucket/a.csv", {}, "nothing lies there; check the address"),
        ("s3://crm/no/*.csv", {}, "nothing lies there; check the address"),
        (
            "s3://crm/a.csv",
            {"endpoint": "https://no.such.host.invalid"},
            "the name of its server is not known; check the address and S3",
        ),
        ("s3://crm/a.csv", {"endpoint": "http://127.0.0.1:1"}, "its server cannot be reached"),
        (
            "s3://crm/a.csv",
            {"endpoint": "http://10.0.0.1"},
            "S3: endpoint begins with http://, and keys travel by https alone",
        ),
        ("s3://crm/a.csv", {"secret": SECRET}, "it cannot be opened (UnknownConfigurationKeyError); check S3"),
        ("s3://crm/a.csv", {"region": []}, "S3 cannot be used: each setting is a text or a number"),
    ],
)
def test_what_is_said_of_an_object_that_cannot_be_had(
    bench: Bench, put: Callable[..., None], server: str, monkeypatch: pytest.MonkeyPatch,
    path: str, settings: dict[str, str], said: str,
) -> None:  # fmt: skip
    keys = {"access_key_id": "AK", "secret_access_key": SECRET, "region": "us-east-1", "endpoint": server}
    monkeypatch.setattr(remote, "SILENT_SECONDS", 2.0)
    monkeypatch.setenv("S3", json.dumps(keys | settings))
    assert unreachable(bench, path, connection="env:S3") == said


@pytest.mark.parametrize("given", [None, "AK:SK", '["AK"]'])
def test_settings_are_a_json_object(bench: Bench, monkeypatch: pytest.MonkeyPatch, given: str | None) -> None:
    if given is not None:
        monkeypatch.setenv("S3", given)
    said = unreachable(bench, "s3://crm/a.csv", connection="env:S3")
    form = 'S3 holds a JSON object of settings, as in {"region": "eu-west-1", "access_key_id": "…"}'
    assert said == f"{'the environment variable S3 is not set' if given is None else 'S3 cannot be used'}: {form}"


def test_the_endpoint_of_the_environment_is_https_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("obstore")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://10.0.0.1")
    assert unreachable(bench, "s3://crm/a.csv") == "its endpoint begins with http://, and keys travel by https alone"


def test_a_library_that_is_not_installed_is_named_with_the_command(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("obstore.store", "deltalake", "pyiceberg.catalog"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setenv("CATALOG", "{}")
    with pytest.raises(MissingFileError) as caught:
        bench.read(
            {
                "transactions": {"path": "s3://crm/a.csv"},
                "clients": {"path": "gs://crm/a.csv"},
                "contacts": {"path": "abfs://crm@account.dfs.core.windows.net/a.csv"},
                "payments": {"delta": "s3://crm/table"},
                "targets": {"iceberg": "crm.targets", "connection": "env:CATALOG"},
            }
        )
    assert re.findall(r"pip install '.*?'", str(caught.value)) == [
        f"pip install 'portfolio-review[{extra}]'" for extra in ("s3", "gcs", "azure", "delta", "iceberg")
    ]


def test_too_much_is_not_fetched(bench: Bench, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    put("much/a.csv", DATA)
    monkeypatch.setattr(remote, "MOST_GB", 1e-8)
    assert (
        unreachable(bench, "s3://crm/much/a.csv") == "it has 0.0 GB, and at most 1e-08 GB are fetched; name fewer files"
    )
    monkeypatch.setattr(remote, "MOST_GB", 50.0)
    monkeypatch.setattr(remote, "MOST_OBJECTS", 0)
    assert unreachable(bench, "s3://crm/much") == "it holds more than 0 files; name fewer"


@pytest.mark.parametrize(
    ("pieces", "limits", "said"),
    [
        ([b"abc", b"de"], {}, "only 5 of its 6 bytes came"),
        ([b"abc", b"defghi"], {"most": 8}, "it has more than 50 GB, which is the most that is fetched"),
        ([b"abc"], {"deadline": 0.0}, "it took longer than 60 minutes to come"),
    ],
)
def test_what_does_not_end_as_its_store_says_is_given_up(
    tmp_path: Path, pieces: list[bytes], limits: dict[str, float], said: str
) -> None:
    class Held:
        def look(self, name: str) -> Remote | None: ...
        def below(self, name: str) -> list[Remote]: ...
        def get(self, name: str) -> tuple[Remote, list[bytes]]:
            return Remote(name, 6, None), pieces

    with pytest.raises(Unreachable) as caught:
        remote._fetch(Held(), "a", tmp_path / "a", **{"most": 100, "deadline": float("inf")} | limits)  # type: ignore[arg-type]
    assert str(caught.value) == said


# https


def test_a_file_of_a_web_server(bench: Bench, web: Https) -> None:
    path = web.file("/exports/sales%20%C3%A9.csv", DATA.encode())
    written = f"{web.address}/exports/sales é.csv"
    (given,) = bench.read({"transactions": {"path": written}}).sources.inputs
    assert path != written
    assert (given.path, given.rows, given.version) == (written, 2, "v1")


@pytest.mark.parametrize(
    ("secret", "asked"),
    [
        ("Bearer abc", ("/a.csv", "Bearer abc")),
        ("user:pass", ("/a.csv", "Basic dXNlcjpwYXNz")),  # RFC 7617, section 2: base64 of user:pass
        ("?sig=abc%2F", ("/a.csv?sig=abc%2F", None)),
    ],
)
def test_a_key_goes_to_the_host_that_is_named_and_to_no_other(
    bench: Bench,
    web: Https,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    asked: tuple[str, str | None],
) -> None:
    monkeypatch.setenv("EXPORT_KEY", secret)
    other = web.address.replace("127.0.0.1", "localhost")
    web.status(asked[0], 302, f"{other}/b.csv")
    web.file("/b.csv", DATA.encode())
    bench.read({"transactions": {"path": f"{web.address}/a.csv", "connection": "env:EXPORT_KEY"}})
    assert web.asked == [(verb, *rest) for verb in ("HEAD", "GET") for rest in (asked, ("/b.csv", None))]


@pytest.mark.parametrize(
    ("status", "location", "said"),
    [
        (404, None, "nothing lies there; check the address"),
        (403, None, "access is refused (403); check connection, which is not given"),
        (500, None, "its server answers 500"),
        (302, "http://127.0.0.1/a.csv", "its server sends on to an address that is not https, which is not followed"),
        (302, "file:///etc/passwd", "its server sends on to an address that is not https, which is not followed"),
        (301, "/a.csv", "its server sends on more than 5 times"),
    ],
)
def test_answers_that_are_no_file(bench: Bench, web: Https, status: int, location: str | None, said: str) -> None:
    assert unreachable(bench, web.status("/a.csv", status, location)) == said


def test_a_public_server_does_not_send_us_inside(web: Https, monkeypatch: pytest.MonkeyPatch) -> None:
    web.status("/a.csv", 302, f"{web.address}/inside.csv")
    web.file("/inside.csv", DATA.encode())
    assert https.Server(None, "").look(f"{web.address}/a.csv") is not None  # from one of this network within it
    publics = iter([True, False])
    monkeypatch.setattr(https, "is_public", lambda place: next(publics))
    with pytest.raises(Unreachable, match=r"^its server sends on to a machine inside this network"):
        https.Server(None, "").look(f"{web.address}/a.csv")
    assert [path for _, path, _ in web.asked] == ["/a.csv", "/inside.csv", "/a.csv"]  # the last was not asked for


def test_an_authority_that_nobody_knows(bench: Bench, web: Https, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    said = unreachable(bench, web.file("/a.csv", DATA.encode()))
    assert re.fullmatch(
        r"the certificate of its server is not trusted \(.*issuer certificate\); SSL_CERT_FILE names .*", said
    )


def test_a_server_whose_name_is_not_known(bench: Bench) -> None:
    said = unreachable(bench, "https://no.such.host.invalid/a.csv")
    assert said == "the name of its server is not known; check the address"
    said = unreachable(bench, "https://127.0.0.1:1/a.csv")
    assert said == "its server cannot be reached (Connection refused)"


def test_what_comes_packed_is_refused(bench: Bench, web: Https) -> None:
    said = unreachable(bench, web.file("/a.csv", b"x", Content_Encoding="br"))
    assert said == "its server sends it packed, which was not asked for"


# the review file


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"path": "http://h/a.csv"}, "transactions.path: expected a path, or an address that begins with s3://, gs://, abfs"),
        ({"path": "file:///etc/passwd"}, "transactions.path: expected a path, or an address that begins with s3://"),
        ({"path": "https://u:pa55@h/a.csv"}, "the address holds a user or a password: a secret is never written"),
        ({"path": f"https://h/a.csv?sig={SECRET}"}, "what follows ? or # in an address may be a secret"),
        ({"path": "https://h/*.csv"}, "a server of https lists no files: name one"),
        ({"path": "s3:///a.csv"}, "the address names no bucket, container or server"),
        ({"delta": "https://h/t"}, "transactions.delta: expected a path, or an address that begins with s3://"),
        ({"iceberg": "sales", "connection": "env:C"}, "expected namespace.table, found 'sales'"),
        ({"iceberg": "crm.sales"}, "iceberg needs a connection: env:NAME with the settings of its catalog"),
        ({"path": "a.csv", "connection": "env:C"}, "connection needs a query that runs on it"),
        ({"delta": "t", "path": "a.csv"}, "expected either path or query, delta or iceberg"),
        ({"path": "s3://b/a.csv", "connection": "env:C", "version_query": "q"}, "version_query needs a connection"),
        ({"delta": "t", "sheet": "x"}, "sources.transactions.sheet: expected a path to an XLSX workbook, found a Delta table"),
        ({"path": "s3://b/a.parquet", "sheet": "x"}, "expected a path to an XLSX workbook, found 's3://b/a.parquet'"),
        ({"query": "select * from 's3://b/a.csv'"}, "reads 's3://b/a.csv', expected a path that is relative"),
    ],
)  # fmt: skip
def test_what_the_review_file_may_not_say(bench: Bench, source: dict[str, str], said: str) -> None:
    with pytest.raises(ReviewFileError) as caught:
        bench.read({"transactions": source})
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ({"path": "s3://b/a.csv", "connection": "env:KEY"}, {"AWS_SECRET_ACCESS_KEY", "KEY"}),
        ({"delta": "gs://b/t"}, {"GOOGLE_APPLICATION_CREDENTIALS"}),
        ({"path": "abfs://c@a.dfs.core.windows.net/a.csv"}, {"AZURE_STORAGE_ACCOUNT_KEY"}),
        ({"path": "https://h/a.csv", "connection": "env:KEY"}, {"KEY"}),
        ({"path": "a.csv"}, set()),
        (
            {"iceberg": "a.b", "connection": "env:KEY"},
            {"AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_STORAGE_ACCOUNT_KEY", "KEY"},
        ),
    ],
)
def test_keys_leave_the_environment_for_the_process_that_reads(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, source: dict[str, str], taken: set[str]
) -> None:
    import os

    names = ("AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_STORAGE_ACCOUNT_KEY", "KEY")
    for name in names:
        monkeypatch.setenv(name, SECRET)
    review = bench.review({"transactions": source})
    secrets.take(review)
    assert {name for name in names if name not in os.environ} == taken
    assert set(secrets.of(review)) & set(names) == taken


# from run to run


def remembered(bench: Bench, source: dict[str, str]) -> Callable[[], Sources | None]:
    """Read; what is called then asks whether it need be read again."""
    review = bench.review({"transactions": source})
    (bench.folder / "tables").mkdir()
    found = reading.read_sources(review, bench.folder, bench.folder / "tables")
    secrets.take(review)
    kept = memory.Memory(bench.folder / "series", review, bench.folder)
    kept.keep_sources(found, kept.stamps())
    return kept.sources


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "versions", reading.ask_versions)


def test_objects_are_read_again_when_one_changed_or_came(bench: Bench, put: Callable[..., None]) -> None:
    """Asked by the process that has the keys."""
    put("kept/a.csv", DATA)
    known = remembered(bench, {"path": "s3://crm/kept/*.csv"})
    assert known() is not None
    put("kept/b.csv", MORE)
    assert known() is None


@pytest.mark.usefixtures("in_this_process")
def test_a_web_file_is_read_again_unless_its_tag_says_that_it_is_the_same(bench: Bench, web: Https) -> None:
    path = web.file("/a.csv", DATA.encode())
    known = remembered(bench, {"path": path})
    assert known() is not None
    web.file("/a.csv", MORE.encode(), '"v2"')
    assert known() is None


@pytest.mark.parametrize("tag", [None, 'W/"v1"'])
def test_a_server_that_does_not_tell_its_state_is_asked_each_time(web: Https, tag: str | None) -> None:
    path = web.file("/a.csv", DATA.encode(), tag)
    assert remote.versions(Source(path=path)) == {path: None}


@pytest.mark.usefixtures("in_this_process")
def test_a_store_that_does_not_answer_is_said_before_anything_is_made(bench: Bench, web: Https) -> None:
    path = web.file("/a.csv", DATA.encode())
    known = remembered(bench, {"path": path})
    web.status("/a.csv", 503)
    with pytest.raises(MissingFileError, match="its server answers 503"):
        known()


def test_half_a_parquet_file_is_refused_as_any_other(bench: Bench, web: Https) -> None:
    with pytest.raises(DataRefusedError, match="the file is not a Parquet file"):
        bench.read({"transactions": {"path": web.file("/a.parquet", b"PK\x03\x04....")}})
