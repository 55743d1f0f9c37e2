"""The words that all floors share: money, durations, instants, measures, decisions, complaints."""
