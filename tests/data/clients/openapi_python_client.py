"""The README's first examples by the client that openapi-python-client writes."""

import json
import sys

from atlas_opc import Client
from atlas_opc.api.funding_links import funding_links_list
from atlas_opc.api.initiatives import initiatives_list, initiatives_retrieve
from atlas_opc.api.participations import participations_list
from atlas_opc.models.initiatives_list_evidence_item import InitiativesListEvidenceItem
from atlas_opc.models.participations_list_expand_item import ParticipationsListExpandItem

client = Client(base_url=sys.argv[1], raise_on_unexpected_status=True)
record = initiatives_retrieve.sync("ajccbc", client=client)
paid = initiatives_list.sync(client=client, funder=["jaif"])
disputed = initiatives_list.sync(client=client, evidence=[InitiativesListEvidenceItem.DISPUTED])
sums = funding_links_list.sync(client=client, initiative=["ajccbc"])
taking = participations_list.sync(client=client, initiative=["ajccbc"])
expand = [ParticipationsListExpandItem.ACTOR]
wide = participations_list.sync(client=client, initiative=["ajccbc"], expand=expand)
wrong = initiatives_list.sync(client=client, country=["Atlantis"])
print(
    json.dumps(
        {
            "title": record.title,
            "evidence": sorted(record.evidence.to_dict()),
            "paid": [row.slug for row in paid.results],
            "disputed": disputed.count,
            "sums": [[row.key, row.amount] for row in sums.results],
            "actor": [taking.results[0].actor, wide.results[0].actor.name],
            "wrong": wrong.errors[0].parameter,
        }
    )
)
