"""A stage and an activity for leads with partners."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0009_plain_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='activity',
            name='kind',
            field=models.CharField(choices=[('captured', 'Captured'), ('re_engaged', 'Re-engaged'), ('scored', 'Score changed'), ('queued', 'Entered a queue'), ('review', 'Sent to the review desk'), ('withdrawn', 'Left the queue'), ('assigned', 'Assigned'), ('contacted', 'Contacted'), ('noted', 'Note'), ('snoozed', 'Snoozed'), ('returned', 'Returned'), ('released', 'Taken away'), ('breached', 'Clock ran out'), ('escalated', 'Escalated'), ('moved', 'Moved to the front'), ('closed', 'Closed'), ('nurtured', 'Moved to nurture'), ('recycled', 'Moved to the recycling pool'), ('archived', 'Archived'), ('partner', 'Sent to a partner'), ('corrected', 'Corrected'), ('merged', 'Merged into another lead'), ('apart', 'Kept apart from another lead'), ('undone', 'Undone')], max_length=12),
        ),
        migrations.AlterField(
            model_name='lead',
            name='stage',
            field=models.CharField(choices=[('captured', 'Captured'), ('waiting', 'Waiting'), ('held', 'Held'), ('review', 'On the review desk'), ('nurture', 'In nurture'), ('recycled', 'In the recycling pool'), ('partner', 'With a partner'), ('converted', 'Opportunity'), ('won', 'Won'), ('lost', 'Lost'), ('disqualified', 'Disqualified'), ('rejected', 'Rejected'), ('archived', 'Archived'), ('merged', 'Merged')], default='captured', max_length=12, verbose_name='stage'),
        ),
    ]
