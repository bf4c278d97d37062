from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("queues", "0041_mailed_reports")]

    operations = [migrations.RemoveIndex(model_name="reviewitem", name="queues_reviews_set_aside")]
