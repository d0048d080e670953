"""`searchsvc evaluate`: how well the live index answers judged queries."""

import json
from pathlib import Path

import click

from searchsvc.commands.terminal import number, say
from searchsvc.settings import load_settings


@click.command(
    "evaluate",
    help=say(
        vi="""Đo chất lượng tìm kiếm: nDCG@k, MRR@k, Recall@100 với các câu hỏi QUERIES và đánh giá QRELS.

        QUERIES: mỗi dòng `mã<TAB>câu hỏi`, hoặc JSON Lines có id và text. QRELS: dạng TREC
        `mã 0 bài mức`, hoặc `mã<TAB>bài<TAB>mức`.

        \b
        Ví dụ: searchsvc evaluate queries.tsv qrels.tsv --json
        Mã thoát: 0 xong; 1 không câu hỏi nào có đánh giá; 2 sai cách dùng.""",
        en="""Measure the ranking: nDCG@k, MRR@k and Recall@100 for QUERIES under the judgements QRELS.

        QUERIES: lines of `id<TAB>text`, or JSON Lines with id and text. QRELS: the TREC form
        `query 0 article grade`, or `query<TAB>article<TAB>grade`.

        \b
        Example: searchsvc evaluate queries.tsv qrels.tsv --json
        Exit code: 0 done; 1 no query has a judgement; 2 wrong usage.""",
    ),
)
@click.argument("queries", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("qrels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--k", type=click.IntRange(1, 100), default=10, show_default=True, help="k")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=say(
        vi="Mỗi câu hỏi một dòng JSON, dòng cuối là tổng.", en="One JSON line a query, the last the total."
    ),
)
def command(queries: Path, qrels: Path, k: int, as_json: bool) -> None:
    """Run the queries and print the measures."""
    from searchsvc.evaluation import evaluate, read_judgements, read_queries
    from searchsvc.search.opening import opened_service

    asked, judged = read_queries(queries), read_judgements(qrels)
    with opened_service(load_settings(freshness=0.0)) as service:
        outcome = evaluate(service, asked, judged, k=k)
    if as_json:
        for query, values in outcome.by_query.items():
            click.echo(json.dumps({"query": query, **values}, ensure_ascii=False))
        click.echo(json.dumps({"queries": len(outcome.by_query), **outcome.mean}, ensure_ascii=False))
        return
    click.echo(
        say(vi=f"{number(len(outcome.by_query))} câu hỏi", en=f"{number(len(outcome.by_query))} queries")
    )
    for name, value in outcome.mean.items():
        click.echo(f"{name:<12} {value:.4f}")
