"""The benchmarks change the source of take next; a new wording of it must not break them unseen."""

from tests.benchmarks.raw import source_without_bands


def test_the_benchmark_finds_what_it_takes_out_of_take_next():
    source = source_without_bands()
    assert ("IF oldest THEN" in source, "counts of the age bands" in source, "alur_claim_and_announce" in source) == (
        True,
        False,
        False,
    )
    assert source.count("CREATE OR REPLACE FUNCTION") == 1
