"""The story of 青岚感知 Qinglan Sensing, told table by table: data by hand where a number is named, drawn elsewhere."""
