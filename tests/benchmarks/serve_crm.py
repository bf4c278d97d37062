"""A double of Salesforce with many leads, as a process of its own: `serve_crm.py COUNT` prints its address and its
secrets, and ends with its standard input."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.crm.salesforce_client import credentials_of
from tests.crm.salesforce_double import SalesforceDouble

SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Other")


def main(count: int) -> None:
    now = datetime.now(UTC)
    with SalesforceDouble(now - timedelta(days=2)) as double:
        double.most_calls = 1_000_000
        for number in range(count):
            double.now += timedelta(seconds=1)
            double.add(
                FirstName=f"Dewi{number * 7919 % 9973}",
                LastName=f"Lestari{number % 977}",
                Company=f"PT Maju {number % (count // 3 or 1)}",
                Title="Student" if number % 9 == 0 else "CTO",
                Email=f"p{number}@maju{number % (count // 3 or 1)}.co.id",
                Phone=f"+62812{number:08d}",
                City="Jakarta",
                LeadSource=SOURCES[number % len(SOURCES)],
                Description="seen at the fair, likes tea",
            )
        double.now = now
        print(json.dumps({"address": double.address, **credentials_of(double)}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
