BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE channel (
	session_id VARCHAR NOT NULL, 
	group_index INTEGER NOT NULL, 
	channel_index INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	vendor_name VARCHAR NOT NULL, 
	unit VARCHAR NOT NULL, 
	vendor_unit VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	PRIMARY KEY (session_id, group_index, channel_index), 
	FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
INSERT INTO "channel" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',0,0,'lat_deg','gps','','','deg','','continuous');
INSERT INTO "channel" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',0,1,'lon_deg','gps','','','deg','','continuous');
INSERT INTO "channel" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',0,2,'speed_mps','gps','','speed','m/s','m/s','continuous');
INSERT INTO "channel" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',0,3,'distance_m','','','','m','','continuous');
INSERT INTO "channel" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',1,0,'gear','obd','','','','','stepped');
CREATE TABLE channel_chunk (
	id INTEGER NOT NULL, 
	session_id VARCHAR NOT NULL, 
	group_index INTEGER NOT NULL, 
	channel_index INTEGER NOT NULL, 
	chunk_index INTEGER NOT NULL, 
	n INTEGER NOT NULL, 
	codec INTEGER NOT NULL, 
	minimum FLOAT, 
	maximum FLOAT, 
	crc INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
INSERT INTO "channel_chunk" VALUES(1,'01a213cc-a3a0-7354-add3-4ec12d491380',0,-1,0,10,6,0.0,360000.0,74541178,X'000000000000000001E803000028B52FFD2009490000282828282828282828');
INSERT INTO "channel_chunk" VALUES(2,'01a213cc-a3a0-7354-add3-4ec12d491380',0,0,0,10,4,52.0,52.000009,512875310,X'28B52FFD2028050100A0000A141E28003C46505A9200FE001E801E1E1E1E0504013841391C4B11C00B');
INSERT INTO "channel_chunk" VALUES(3,'01a213cc-a3a0-7354-add3-4ec12d491380',0,1,0,10,4,-52.000009,-52.0,2360718054,X'28B52FFD20281D0100C000F6ECE2D800C4BAB0A66E6D6D6D6D000100E180E1E1E1E10404013841391C830206');
INSERT INTO "channel_chunk" VALUES(4,'01a213cc-a3a0-7354-add3-4ec12d491380',0,2,0,10,1,20.0,2.17902965545654296879e+01,245370482,X'28B52FFD20282D0100F80093FB10A797B5D8D687009932CC64FC9329BE52A0A1A3A4A6A7A9ABACAE41010017C009');
INSERT INTO "channel_chunk" VALUES(5,'01a213cc-a3a0-7354-add3-4ec12d491380',0,3,0,10,2,0.0,7.2,1960164256,X'28B52FFD20507501007402009A9A349A0034679ACD009999339900336699CCE9F90309101316191C003F3F404040404040400100142A4C');
INSERT INTO "channel_chunk" VALUES(6,'01a213cc-a3a0-7354-add3-4ec12d491380',1,-1,0,3,6,0.0,250000.0,408345540,X'000000000000000001E803000028B52FFD20021100006496');
INSERT INTO "channel_chunk" VALUES(7,'01a213cc-a3a0-7354-add3-4ec12d491380',1,0,0,3,5,1.0,3.0,427803212,X'0028B52FFD2006310000010003008000');
CREATE TABLE channel_group (
	session_id VARCHAR NOT NULL, 
	group_index INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	rate_hz FLOAT, 
	n_samples INTEGER NOT NULL, 
	PRIMARY KEY (session_id, group_index), 
	FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
INSERT INTO "channel_group" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',0,'100: gps',25.0,10);
INSERT INTO "channel_group" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',1,'200: obd',NULL,3);
CREATE TABLE lap (
	session_id VARCHAR NOT NULL, 
	lap_index INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	start_s FLOAT NOT NULL, 
	end_s FLOAT NOT NULL, 
	lap_time_s FLOAT, 
	lap_time_sigma_s FLOAT, 
	length_m FLOAT, 
	is_valid BOOLEAN NOT NULL, 
	is_clean BOOLEAN NOT NULL, 
	start_reason VARCHAR NOT NULL, 
	end_reason VARCHAR NOT NULL, 
	reasons_json VARCHAR NOT NULL, 
	PRIMARY KEY (session_id, lap_index), 
	FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
INSERT INTO "lap" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380',0,1,'timed',0.0,60.0,60.0,NULL,1200.0,1,1,'vendor','vendor','[]');
CREATE TABLE session (
	id VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	file_name VARCHAR NOT NULL, 
	file_size_bytes INTEGER NOT NULL, 
	format VARCHAR NOT NULL, 
	format_version VARCHAR NOT NULL, 
	n_samples INTEGER NOT NULL, 
	is_sim BOOLEAN NOT NULL, 
	start_time_us INTEGER, 
	imported_at_us INTEGER NOT NULL, 
	duration_s FLOAT NOT NULL, 
	metadata_json VARCHAR NOT NULL, 
	laps_declared_json VARCHAR NOT NULL, 
	start_line_json VARCHAR NOT NULL, 
	segment_starts_json VARCHAR NOT NULL, 
	importer_notices_json VARCHAR NOT NULL, 
	analysis_version INTEGER NOT NULL, 
	analysis_notices_json VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	track VARCHAR NOT NULL, 
	vehicle VARCHAR NOT NULL, 
	driver VARCHAR NOT NULL, 
	n_laps INTEGER NOT NULL, 
	n_clean INTEGER NOT NULL, 
	best_lap_s FLOAT, 
	length_m FLOAT, 
	quality_grade VARCHAR NOT NULL, 
	max_speed_mps FLOAT, 
	outline_json VARCHAR NOT NULL, 
	lap_gaps_json VARCHAR NOT NULL, 
	stored_bytes INTEGER NOT NULL, 
	note VARCHAR NOT NULL, 
	tags_json VARCHAR NOT NULL, 
	is_archived BOOLEAN NOT NULL, 
	is_demo BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "session" VALUES('01a213cc-a3a0-7354-add3-4ec12d491380','abababababababababababababababababababababababababababababababab','run3.csv',1234,'racechrono-csv','3',10,0,1781433720120000,1795628508064746,2800.0,'{"track": "Ridgeline Park", "title": "Run 3, «dry»"}','[{"number": 1, "start_us": 0, "end_us": 60000000, "is_complete": true, "lap_time_s": null, "is_valid": null, "reason": "vendor_lap_number"}]','{"lat_deg": 52.0, "lon_deg": -52.0, "bearing_deg": 90.0, "half_width_m": 15.0}','[1000000]','[{"code": "repeated_rows_dropped", "severity": "repaired", "channel": "", "count": 3, "first_s": null, "last_s": null, "detail": ""}]',1,'[]','Run 3, «dry»','Ridgeline Park','','',1,1,60.0,1200.0,'A',30.0,'[[0.0, 0.0], [1.0, 1.0]]','[0.0, null]',257,'kept through the migration','[]',0,0);
CREATE TABLE user_fact (
	session_id VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	value_json VARCHAR NOT NULL, 
	changed_at_us INTEGER NOT NULL, 
	PRIMARY KEY (session_id, subject), 
	FOREIGN KEY(session_id) REFERENCES session (id) ON DELETE CASCADE
);
CREATE TABLE worksheet (
	id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	plots_json VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "worksheet" VALUES('compare',0,'Compare','["speed_mps"]');
CREATE UNIQUE INDEX ix_session_sha256 ON session (sha256);
CREATE INDEX ix_session_start_time_us ON session (start_time_us);
CREATE INDEX ix_session_track ON session (track);
CREATE UNIQUE INDEX ix_channel_chunk_place ON channel_chunk (session_id, group_index, channel_index, chunk_index);
COMMIT;
PRAGMA user_version = 2;
