"""Fictional pathology reports and clinical notes: everything this package writes is synthetic.

No sentence, patient, hospital or physician in it is real, and no score measured on its output is a finding.
"""
