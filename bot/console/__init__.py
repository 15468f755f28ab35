"""What askhour shows: pages for clinicians and organisers."""
