"""Out to the tools people use: one file per format, each writing whole files from what projections and entries say.

    xlsx, parquet, html, svg    one table as a file
    cloudevents                 entries as CloudEvents 1.0, for another ledger
    star                        a folder of Parquet files for Power BI and Excel
    ssda903*                    the annual return's header, episodes and worker episodes
    journeys                    every journey's events on one sheet

A file that leaves the house takes its definition, notes and provenance along, and says where its data are made up.
Not here: choosing a format, names of files given by a reader, and what is printed.
"""
