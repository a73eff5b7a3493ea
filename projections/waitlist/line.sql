SELECT place FROM places ORDER BY pathway_id;
